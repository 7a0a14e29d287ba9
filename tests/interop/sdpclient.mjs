// SPDX-License-Identifier: LGPL-2.1-or-later
// The JavaScript client of the JSON API, in Chromium from the server and in node from its file: its
// methods, its errors, and a peer connection that they set up.
import { createServer } from 'node:http';
import { WebRTCSDPClient } from '../../ext/soup/page/sdp-client.js';
import { openPage } from './lib/browser.mjs';
import { check, run, until } from './lib/check.mjs';
import { Launch, makeFolder } from './lib/launch.mjs';

const offer = ['v=0', 'o=- 7 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'c=IN IP4 0.0.0.0', 'a=mid:0',
  'a=ice-ufrag:abcd', 'a=ice-pwd:0123456789012345678901', 'a=setup:actpass', 'a=sctp-port:5000',
  `a=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}`, ''].join('\r\n');
const candidate = 'candidate:1 1 UDP 2013266431 127.0.0.1 54400 typ host';

async function fails(claim, promise, expected) {
  try {
    await promise;
  } catch (error) {
    for (const [name, value] of Object.entries(expected))
      check(error[name] === value, `${claim}: ${name} is ${error[name]}`);
    return;
  }
  throw new Error(`it did not fail: ${claim}`);
}

/** A server that says nothing, or the wrong thing. */
async function startOdd(defer, reply) {
  const server = createServer((request, response) => reply?.(response));
  defer(() => { server.closeAllConnections(); server.close(); });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return `http://127.0.0.1:${server.address().port}`;
}

async function inNode(defer, url) {
  const client = new WebRTCSDPClient(`${url}/`);
  check(!client.baseUrl.endsWith('/'), 'the slash at the end of the address is gone');
  const servers = await client.getIceServers();
  check(servers[0].urls[0].startsWith('stun:'), 'there are ICE servers');
  const whole = await client.sendOffer(offer, 'my-custom-session-123', { user: 'name' });
  check(whole.sdp.type === 'answer' && whole.session_id === 'my-custom-session-123'
    && whole.metadata.user === 'name', 'the reply has answer, session id and metadata');
  const received = await client.sendIceCandidate(whole.session_id,
    { candidate, sdpMLineIndex: 0, sdpMid: '0' });
  check(received.status === 'received', 'a candidate is taken');
  check((await client.closeSession(whole.session_id, 'done')).status === 'closed', 'it is closed');
  await fails('closed twice', client.closeSession(whole.session_id),
    { code: 404, sessionId: whole.session_id, message: 'Session not found' });
  await fails('an empty offer', client.exchangeSdp(''),
    { code: 400, message: 'SDP content cannot be empty' });

  const { sessionId } = await client.setupSession(offer, [candidate, 'no candidate',
    'candidate:2 1 TCP 1 127.0.0.1 9 typ host tcptype active']);
  const answer = await client.exchangeSdpWithSession(
    offer.replace('abcd', 'efgh').replace('7 2', '7 3'), sessionId);
  check(answer.startsWith('v=0'), 'a second offer of the session restarts ICE');
  await client.closeSession(sessionId);
  const several = await Promise.all([0, 1, 2].map(
    (i) => client.sendOffer(offer, `concurrent-session-${i}`)));
  for (const [i, reply] of several.entries()) {
    check(reply.session_id === `concurrent-session-${i}`, `${reply.session_id} stands`);
    await client.closeSession(reply.session_id);
  }

  const slow = new WebRTCSDPClient(await startOdd(defer), { timeout: 200 });
  await fails('a silent server', slow.closeSession('some'),
    { code: 408, sessionId: 'some', message: 'Request timeout' });
  const odd = new WebRTCSDPClient(await startOdd(defer, (response) => response.end('<html>')));
  await fails('a page for a reply', odd.getIceServers(), { message: 'The reply is not JSON' });
  const busy = new WebRTCSDPClient(await startOdd(defer,
    (response) => response.writeHead(502, 'Bad Gateway').end('no')));
  await fails('a proxy', busy.getIceServers(), { code: 502, message: 'HTTP 502: Bad Gateway' });
  await fails('nobody there', new WebRTCSDPClient('http://127.0.0.1:1').getIceServers(), { code: 0 });
}

/** The program of the API's README, with a data channel in place of a microphone. */
async function connect() {
  const { WebRTCSDPClient: Client } = await import('/sdp-client.js');
  const client = new Client(location.origin);
  const pc = new RTCPeerConnection();
  const channel = pc.createDataChannel('chat');
  globalThis.opened = false;
  channel.onopen = () => { globalThis.opened = true; };
  await pc.setLocalDescription(await pc.createOffer());
  const { sessionId, answerSdp } = await client.exchangeSdp(pc.localDescription.sdp);
  await pc.setRemoteDescription({ type: 'answer', sdp: answerSdp });
  Object.assign(globalThis, { client, pc, sessionId });
}

await run(async (defer) => {
  const launch = await Launch.serve(defer, 'gst-launch-1.0 rtcsignaller stun-server=stun://127.0.0.1:3478 session=rtcbin',
    await makeFolder(defer));
  await inNode(defer, launch.url.replace(/\/$/, ''));
  const plain = await Launch.serve(defer, 'gst-launch-1.0 rtcsignaller session=rtcbin',
    await makeFolder(defer));
  const page = await openPage(defer, `${plain.url}style.css`);
  await page.evaluate(connect);
  await until('the channel is open in Chromium', () => page.evaluate(() => globalThis.opened));
  const closed = await page.evaluate(
    () => globalThis.client.closeSession(globalThis.sessionId, 'User ended call'));
  check(closed.status === 'closed', 'the page has closed its session');

  // As a plain script, and the larger examples.
  await page.addScriptTag({ url: '/webrtc-client.js' });
  await page.evaluate(async () => {
    const examples = new WebRTCSDPExamples(new WebRTCSDPClient(location.origin));
    globalThis.examples = examples;
    globalThis.sessions = [await examples.basicPeerConnection(),
      await examples.advancedPeerConnection(), await examples.metadataExample(),
      ...await examples.concurrentSessions()];
  });
  await until('six sessions of the examples are connected', () => page.evaluate(
    () => globalThis.sessions.filter(({ pc }) => pc.connectionState === 'connected').length === 6));
  await page.evaluate(() => globalThis.examples.cleanup(globalThis.sessions));

  const guarded = await Launch.serve(defer, 'gst-launch-1.0 rtcsignaller token=SECRET session=rtcbin',
    await makeFolder(defer));
  await fails('without token', new WebRTCSDPClient(guarded.url).getIceServers(), { code: 401 });
  const friend = new WebRTCSDPClient(guarded.url, { headers: { Authorization: 'Bearer SECRET' } });
  check(Array.isArray(await friend.getIceServers()), 'a header brings the token');
});
