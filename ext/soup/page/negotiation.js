// SPDX-License-Identifier: LGPL-2.1-or-later
// Perfect negotiation (W3C webrtc-pc, section 10.7) over a WebSocket of this page's own path. Both
// sides run the same rules; only one gives way when two offers meet.
const isPolite = location.pathname === '/polite';
const find = (id) => document.getElementById(id);
const address = new URL(location.href);
address.protocol = address.protocol.replace('http', 'ws');
address.hash = '';

// So long the page waits before it tries to come back.
const PAUSE = 1000;

let socket = null;
let session = null;
const pc = new RTCPeerConnection();
let channel = null;
let isMakingOffer = false;
let isIgnoringOffer = false;
let queue = Promise.resolve();

function log(text) {
  const item = document.createElement('li');
  item.textContent = text;
  find('log').append(item);
}

function show(state) {
  find('state').dataset.state = state;
  find('state').querySelector('b').textContent = state;
}

// What is said while there is no connection is lost; a new offer makes up for it.
function send(type, value) {
  if (socket?.readyState === WebSocket.OPEN)
    socket.send(JSON.stringify({ type, [type]: value }));
}

function keep(one) {
  log(`Channel ${one.label} is there`);
  one.onmessage = ({ data }) => log(`Received: ${data}`);
  one.onopen = () => {
    log(`Channel ${one.label} is open`);
    channel ??= one;
    find('text').disabled = find('send').disabled = false;
  };
}

pc.onnegotiationneeded = async () => {
  try {
    isMakingOffer = true;
    await pc.setLocalDescription();
    send('description', pc.localDescription);
    log('Offer sent');
  } finally {
    isMakingOffer = false;
  }
};
pc.onicecandidate = ({ candidate }) => candidate && send('candidate', candidate);
pc.ondatachannel = ({ channel: theirs }) => keep(theirs);
pc.onconnectionstatechange = () => {
  show(pc.connectionState);
  log(`Connection: ${pc.connectionState}`);
};

async function takeDescription(description) {
  const isOffer = description.type === 'offer';
  const isCollision = isOffer && (isMakingOffer || pc.signalingState !== 'stable');
  isIgnoringOffer = !isPolite && isCollision;
  if (isCollision)
    log(isPolite ? 'Offers met: ours is taken back' : 'Offers met: theirs is ignored');
  if (isIgnoringOffer)
    return;
  await pc.setRemoteDescription(description);
  log(`${isOffer ? 'Offer' : 'Answer'} taken`);
  if (!isOffer)
    return;
  await pc.setLocalDescription();
  send('description', pc.localDescription);
}

async function takeCandidate(candidate) {
  try {
    await pc.addIceCandidate(candidate);
  } catch (error) {
    if (!isIgnoringOffer)
      throw error;
  }
}

async function take(message) {
  if (message.type === 'description')
    await takeDescription(message.description);
  else if (message.type === 'candidate')
    await takeCandidate(message.candidate);
  else if (message.type === 'status' && message.state === 'session')
    session = message.message;
  else if (message.type === 'status')
    log(`Server: ${message.message}`);
}

function isLost({ code, wasClean }) {
  return !wasClean && code === 1006 && session && pc.connectionState !== 'failed';
}

// A lost WebSocket is not the end: the session is taken up again by its id.
function open() {
  if (session)
    address.searchParams.set('session', session);
  socket = new WebSocket(address);
  socket.onmessage = ({ data }) => {
    queue = queue.then(() => take(JSON.parse(data))).catch((error) => log(`Error: ${error.message}`));
  };
  socket.onopen = () => {
    find('connect').disabled = channel !== null;
    if (channel === null)
      return;
    log('The WebSocket is back');
    find('renegotiate').disabled = false;
    pc.restartIce();
  };
  socket.onclose = (event) => {
    find('connect').disabled = find('renegotiate').disabled = true;
    if (isLost(event)) {
      log('The WebSocket is lost');
      setTimeout(open, PAUSE);
    } else {
      log(`The server has closed the WebSocket${event.reason ? `: ${event.reason}` : ''}`);
    }
  };
}

open();

find('role').textContent = isPolite ? 'polite' : 'impolite';
find('connect').onclick = () => {
  find('connect').disabled = true;
  find('renegotiate').disabled = false;
  socket.send('connect');
  keep(pc.createDataChannel(isPolite ? 'data-page-polite' : 'data-page-impolite'));
};
find('renegotiate').onclick = () => {
  socket.send('renegotiate');
  pc.restartIce();
};
find('form').onsubmit = (event) => {
  event.preventDefault();
  channel.send(find('text').value);
  send('message', find('text').value);
  find('text').value = '';
};
