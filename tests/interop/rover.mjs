// SPDX-License-Identifier: LGPL-2.1-or-later
// rover.mjs BROWSER PROGRAM: the rovers with each other, with a WebSocket client of node, and with
// Chromium in the place of the offerer and of the answerer.
import { execFileSync } from 'node:child_process';
import WebSocket from 'ws';
import { openPage } from './lib/browser.mjs';
import { check, run, until } from './lib/check.mjs';
import { Example } from './lib/example.mjs';

const program = process.argv[3];

async function start(defer, mode, ...options) {
  const example = Example.start(defer, program, mode, ...options);
  await example.says(/Press ctrl-c/);
  return example;
}

async function startRelay(defer) {
  const relay = await start(defer, 'relay', '--port=0');
  [, relay.host] = relay.output.match(/^Server listening on (127\.0\.0\.1:\d+)$/m);
  return relay;
}

async function join(defer, url, id) {
  const socket = new WebSocket(url);
  socket.texts = [];
  socket.on('message', (data) => socket.texts.push(data.toString()));
  await new Promise((resolve, reject) => { socket.once('open', resolve); socket.once('error', reject); });
  defer(() => socket.terminate());
  socket.send(id);
  return socket;
}

/** One side of the relay's dialect, as a page would write it. */
async function sayInPage(url, role) {
  const socket = new WebSocket(url);
  const pc = new RTCPeerConnection();
  const send = (message) => socket.send(JSON.stringify(message));
  const describe = () => send({ type: 'Sdp', sdp: pc.localDescription.sdp });
  globalThis.texts = [];
  const keep = (channel) => {
    globalThis.channel = channel;
    channel.onmessage = ({ data }) => globalThis.texts.push(data);
  };
  pc.onicecandidate = ({ candidate }) => candidate?.candidate
    && send({ type: 'Ice', candidate: candidate.candidate });
  pc.ondatachannel = ({ channel }) => keep(channel);
  let queue = Promise.resolve();
  const take = async ({ type, sdp, candidate }) => {
    if (type === 'Ice') {
      await pc.addIceCandidate({ candidate, sdpMLineIndex: 0 });
    } else {
      await pc.setRemoteDescription({ type: role === 'offerer' ? 'answer' : 'offer', sdp });
      if (role === 'answerer') {
        await pc.setLocalDescription();
        describe();
      }
    }
  };
  socket.onmessage = ({ data }) => { queue = queue.then(() => take(JSON.parse(data))); };
  await new Promise((resolve) => { socket.onopen = resolve; });
  socket.send(role);
  Object.assign(globalThis, { pc, socket });
  if (role !== 'offerer') return;
  keep(pc.createDataChannel('rover-data'));
  await pc.setLocalDescription();
  describe();
}

async function openRover(defer, host, role) {
  const page = await openPage(defer, `http://${host}/style.css`);
  await page.evaluate(sayInPage, `ws://${host}/`, role);
  return page;
}

async function untilText(page, pattern) {
  await until(`Chromium has ${pattern}`, async () => pattern.test(
    (await page.evaluate(() => globalThis.texts)).join('\n')));
}

await run(async (defer) => {
  const help = execFileSync(program, ['--help'], { encoding: 'utf8' });
  check(/--url/.test(help) && /relay\|offerer\|answerer\|server\|peer/.test(help), '--help explains it');

  const relay = await startRelay(defer);
  const one = await join(defer, `ws://${relay.host}/`, 'one');
  await relay.says(/^Client registered: one$/m);
  const two = await join(defer, `ws://${relay.host}/relay`, 'two');
  await relay.says(/^Client registered: two$/m);
  const odd = '{"type" : "Ice","candidate":"\\u00e4 ä"} ';
  one.send(odd);
  await until('node\'s client has the message unchanged', () => two.texts[0] === odd);
  check(one.texts.length === 0, 'who sends it does not get it');
  one.close();
  await relay.says(/^Client left: one$/m);
  two.close();
  await relay.says(/^Client left: two$/m);

  const answerer = await start(defer, 'answerer', `--url=ws://${relay.host}/`);
  await relay.says(/^Client registered: answerer$/m);
  const offerer = await start(defer, 'offerer', `--url=ws://${relay.host}/`);
  await answerer.says(/^Received: Hello from Offerer Rover! \(.+\)$/m);
  await offerer.says(/^Received: Echo from Answerer: Hello from Offerer Rover! \(.+\)$/m);
  for (const line of ['ICE is checking candidates...',
    'ICE Connected! Data channel should open soon.', "Data channel 'rover-data' open"])
    check(offerer.lines.includes(line), `it says "${line}"`);
  check(await offerer.stop() === 0, 'the offerer ends well');

  const page = await openRover(defer, relay.host, 'offerer');
  await until('the channel is open in Chromium',
    () => page.evaluate(() => globalThis.channel?.readyState === 'open'));
  await page.evaluate(() => globalThis.channel.send('from Chromium'));
  await untilText(page, /^Echo from Answerer: from Chromium$/m);
  check(await answerer.stop() === 0, 'the answerer ends well');
  await page.evaluate(() => { globalThis.pc.close(); globalThis.socket.close(); });
  await relay.says(/(^Client left: offerer$[^]*){2}/m);

  // The offerer comes first, and finds an answerer later.
  const first = await start(defer, 'offerer', `--url=ws://${relay.host}/`);
  const answers = await openRover(defer, relay.host, 'answerer');
  await untilText(answers, /^Hello from Offerer Rover! \(.+\)$/m);
  check(await first.stop() === 0, 'the second offerer ends well');
  check(await relay.stop() === 0, 'the relay ends well');

  const server = await start(defer, 'server', '--port=0');
  const [, host] = server.output.match(/^Server listening on (127\.0\.0\.1:\d+)$/m);
  const peers = await Promise.all([1, 2].map(
    () => start(defer, 'peer', `--url=http://${host}/any/path`)));
  for (const peer of peers) {
    await peer.says(/^Data channel 'test' open$/m);
    await peer.says(/^Received: Server broadcast at .+$/m);
    check(await peer.stop() === 0, 'a peer ends well');
  }
  check(await server.stop() === 0, 'the server ends well');
});
