// SPDX-License-Identifier: LGPL-2.1-or-later
// Wrong requests in a running session: each is refused with its status and a reason, and the session's
// messages, pictures and ICE credentials go on as if nothing had been sent.
import { check, run, until } from './lib/check.mjs';
import { openPeer, untilConnected } from './lib/page.mjs';

const json = { 'Content-Type': 'application/json' };

function makeRows(sdp, session) {
  const offer = (text) => JSON.stringify({ type: 'offer', sdp: text, session_id: session });
  const fingerprint = sdp.match(/^a=fingerprint:.*$/m)[0];
  const other = fingerprint.replace(/([0-9A-F]{2})$/, (byte) => (byte === '00' ? '01' : '00'));
  return [
    ['no SDP', 400, { body: offer('nonsense') }],
    ['an SDP that breaks off', 400, { body: offer(sdp.slice(0, sdp.indexOf('m=') + 20)) }],
    ['an SDP without fingerprint', 400, { body: offer(sdp.replace(/^a=fingerprint:.*\r\n/gm, '')) }],
    ['a fingerprint of nonsense', 400,
      { body: offer(sdp.replaceAll(fingerprint, 'a=fingerprint:sha-256 zz')) }],
    ['another fingerprint', 400, { body: offer(sdp.replaceAll(fingerprint, other)) }],
    ['m= sections taken away', 400, { body: offer(sdp.slice(0, sdp.indexOf('m='))) }],
    ['an answer', 400,
      { body: JSON.stringify({ type: 'answer', sdp, session_id: session }) }],
    ['no JSON', 400, { body: 'v=0' }],
    ['JSON without SDP', 400, { body: '{"type":"offer"}' }],
    ['an empty body', 400, { body: '' }],
    ['1 MB of zeros', 413, { body: new Uint8Array(1 << 20) }],
    ['a session that is not there', 404,
      { body: JSON.stringify({ type: 'offer', sdp, session_id: 'nobody' }) }],
    // An offer alone would be answered at any path, as some clients send it.
    ['a wrong path', 404, { path: '/doSignalling', body: 'no offer' }],
    ['a wrong method', 404, { method: 'GET' }],
    ['another wrong method', 404, { method: 'PUT', body: offer(sdp) }],
    ['a wrong method of a path of our own', 405, { path: '/candidate', method: 'GET' }],
  ];
}

async function send(url, { path = '/doSignaling', method = 'POST', body }) {
  try {
    const reply = await fetch(url + path, { method, headers: json, body });
    return { status: reply.status, text: await reply.text() };
  } catch (error) {
    return { status: 0, text: String(error.cause ?? error) };
  }
}

const look = (page) => page.evaluate(async () => ({ ufrags: peer.ufrags(), ...peer.state(),
  frames: await peer.statistic('inbound-rtp', 'video', 'framesDecoded'),
  freezes: await peer.statistic('inbound-rtp', 'video', 'freezeCount') }));

await run(async (defer) => {
  const { demo, page } = await openPeer(defer);
  await page.evaluate(async () => {
    peer.receiveMedia();
    await peer.signal();
  });
  await untilConnected(page);
  await until('the video runs', async () => (await look(page)).frames > 10);
  const { sdp, session } = await page.evaluate(
    () => ({ sdp: peer.connection.localDescription.sdp, session: peer.session }));
  const before = await look(page);
  for (const [name, status, request] of makeRows(sdp, session)) {
    const reply = await send(demo.url, request);
    console.log(`  ${name}: ${reply.status} ${reply.text.trim()}`);
    check(reply.status === status, `${name} gives ${status}`);
    // What does not exist is said by the status alone.
    check(status === 404 || status === 405 || reply.text.trim().length > 0, `${name} gives a reason`);
    await page.evaluate((text) => peer.channel.send(text), `after ${name}`);
    await until('the demo reads on', () => demo.output.includes(`'after ${name}'`));
  }
  await until('the browser reads on and its video runs', async () => {
    const now = await look(page);
    return now.messageCount > before.messageCount && now.frames > before.frames + 10;
  });
  const after = await look(page);
  check(String(after.ufrags) === String(before.ufrags), 'the ICE credentials are the same');
  check(after.connectionState === 'connected' && after.openCount === 1, 'nothing was opened again');
  console.log(`  freezes: ${after.freezes - before.freezes}`);
  check(demo.output.match(/a client connects/g).length === 1, 'there was one session');
});
