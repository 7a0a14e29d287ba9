// SPDX-License-Identifier: LGPL-2.1-or-later
// The page: shows what the peer connection does, and lets people try it.

import { Chart } from './chart.js';
import { Peer } from './peer.js';
import { Stats } from './stats.js';

const LOG_MAX = 200;
const find = (id) => document.getElementById(id);
const charts = {
  in: new Chart(find('chart-in'), 100e3),
  out: new Chart(find('chart-out'), 100e3),
  loss: new Chart(find('chart-loss'), 5),
  rtt: new Chart(find('chart-rtt'), 5),
};

let peer = null;
let stats = null;
let lastPair = '';
let isSending = false;

function clock() {
  return new Date().toLocaleTimeString([], { hour12: false });
}

// One line at the end of a log; text only, whatever the peer wrote.
function log(id, content, { state, kind } = {}) {
  const list = find(id);
  const item = document.createElement('li');
  const time = document.createElement('time');
  const isAtEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 8;

  time.textContent = clock();
  item.append(time);
  if (content instanceof Node) {
    item.append(content);
  } else {
    const text = document.createElement('span');
    text.textContent = content;
    item.append(text);
  }
  if (state)
    item.dataset.state = state;
  if (kind)
    item.className = kind;
  list.querySelector('.empty')?.remove();
  list.append(item);
  while (list.children.length > LOG_MAX)
    list.firstElementChild.remove();
  if (isAtEnd)
    list.scrollTop = list.scrollHeight;
}

function showNotice(text, canRetry = false) {
  find('notice').hidden = false;
  find('notice').querySelector('p').textContent = text;
  find('retry').hidden = !canRetry;
}

function hideNotice() {
  find('notice').hidden = true;
}

function explain(error) {
  if (error.name === 'NotAllowedError')
    return 'The browser did not allow the camera or the microphone.';
  if (error.name === 'NotFoundError')
    return 'There is no camera or microphone.';
  if (error instanceof TypeError && /fetch|network/i.test(error.message))
    return 'The server does not answer. Is the pipeline running?';
  return error.message;
}

function showState(state) {
  find('state').dataset.state = state;
  find('state').querySelector('b').textContent = state;
  find('camera').disabled = state !== 'connected';
  find('restart').disabled = state === 'new' || state === 'closed';
}

function showChannel(isOpen) {
  find('text').disabled = !isOpen;
  find('send').querySelector('button').disabled = !isOpen;
  log('messages', isOpen ? 'Data channel open' : 'Data channel closed', { kind: 'mark' });
}

function showPair(pair) {
  const key = `${pair.local}\n${pair.remote}`;
  const list = document.createElement('dl');
  if (key === lastPair)
    return;
  lastPair = key;
  for (const side of ['local', 'remote']) {
    const term = document.createElement('dt');
    const value = document.createElement('dd');
    term.textContent = side;
    value.textContent = pair[side];
    list.append(term, value);
  }
  log('pairs', list);
}

async function play(track) {
  const video = find('video');
  const stream = video.srcObject ?? new MediaStream();
  stream.addTrack(track);
  video.srcObject = stream;
  try {
    await video.play();
  } catch (error) {
    if (error.name !== 'NotAllowedError')
      return;
    video.muted = true;
    find('unmute').hidden = false;
    video.play().catch(() => {});
  }
}

function bits(value) {
  if (value === null)
    return '–';
  if (value >= 1e6)
    return `${(value / 1e6).toFixed(2)} Mbit/s`;
  return `${Math.round(value / 1e3)} kbit/s`;
}

function showStats(values) {
  charts.in.push(values.bitsIn);
  charts.out.push(values.bitsOut);
  charts.loss.push(values.lossPercent);
  charts.rtt.push(values.roundTrip);
  find('in').textContent = bits(values.bitsIn);
  find('out').textContent = bits(values.bitsOut);
  find('loss').textContent = values.lossPercent === null ? '–' : `${values.lossPercent.toFixed(1)} %`;
  find('rtt').textContent = values.roundTrip === null ? '–' : `${values.roundTrip.toFixed(1)} ms`;
  find('caption').textContent = values.video
    ? [values.video.codec, `${values.video.width} × ${values.video.height}`,
        values.video.rate && `${Math.round(values.video.rate)} frames/s`].filter(Boolean).join(' · ')
    : '\u00a0';
  if (values.pair)
    showPair(values.pair);
}

async function poll() {
  const current = peer;
  if (!current || current.connection.connectionState === 'closed')
    return;
  const values = await stats.read(current.connection);
  if (current === peer)
    showStats(values);
}

function listen(target) {
  const on = (type, handler) => target.addEventListener(type, ({ detail }) => {
    if (target === peer)
      handler(detail);
  });
  on('state', (state) => {
    showState(state);
    log('peer-states', state, { state });
    if (state === 'connected')
      hideNotice();
    if (state === 'failed')
      showNotice('The connection failed. ICE Restart tries again with the same session.', true);
  });
  on('icestate', (state) => log('ice-states', state, { state }));
  on('channel', showChannel);
  on('message', (data) =>
    log('messages', typeof data === 'string' ? data : `${data.byteLength ?? data.size} bytes`));
  on('track', play);
}

// Runs what a button asks for, with the button off meanwhile.
async function act(button, action) {
  button.disabled = true;
  try {
    await action();
  } catch (error) {
    // 404: the server has forgotten the session, only a new one helps.
    showNotice(error.status === 404 ? 'The session has ended on the server.' : explain(error),
      error.status === 404);
  }
  button.disabled = false;
}

async function start() {
  peer?.close();
  hideNotice();
  find('video').srcObject = null;
  find('preview').hidden = true;
  isSending = false;
  find('camera').textContent = 'Send camera and microphone';
  lastPair = '';
  Object.values(charts).forEach((chart) => chart.clear());
  stats = new Stats();
  try {
    peer = new Peer(new URLSearchParams(location.search).get('codec'));
    listen(peer);
    showState('new');
    await peer.negotiate();
  } catch (error) {
    showNotice(explain(error), true);
  }
}

async function toggleMedia() {
  if (isSending) {
    await peer.stopMedia();
    find('preview').hidden = true;
  } else {
    if (!navigator.mediaDevices)
      throw new Error('Browsers open the camera only for HTTPS pages and for this machine.');
    const stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
    find('preview').srcObject = stream;
    find('preview').hidden = false;
    await peer.sendMedia(stream);
  }
  isSending = !isSending;
  find('camera').textContent =
    isSending ? 'Stop camera and microphone' : 'Send camera and microphone';
}

find('restart').onclick = ({ currentTarget }) => act(currentTarget, async () => {
  log('ice-states', 'restart', { kind: 'mark' });
  await peer.negotiate({ iceRestart: true });
});
find('camera').onclick = ({ currentTarget }) => act(currentTarget, toggleMedia);
find('retry').onclick = start;
find('dismiss').onclick = hideNotice;
find('unmute').onclick = ({ currentTarget }) => {
  find('video').muted = false;
  currentTarget.hidden = true;
};
find('video').onresize = () => find('placeholder').hidden = find('video').videoWidth > 0;
find('send').onsubmit = (event) => {
  event.preventDefault();
  if (!find('text').value)
    return;
  peer.sendText(find('text').value);
  log('messages', find('text').value, { kind: 'mine' });
  find('text').value = '';
};
addEventListener('pagehide', () => peer?.close());
addEventListener('pageshow', ({ persisted }) => persisted && start());
setInterval(() => poll().catch(() => {}), 1000);

start();
