// SPDX-License-Identifier: LGPL-2.1-or-later
// The server's routes as curl sees them: a table of requests with the status and one header of each.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Skip, check, run } from './lib/check.mjs';
import { Launch, makeFolder } from './lib/launch.mjs';

const sdp = (direction) => ['v=0', 'o=- 4 2 IN IP4 127.0.0.1', 's=-', 't=0 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'c=IN IP4 0.0.0.0', 'a=mid:0', `a=${direction}`,
  'a=rtcp-mux', 'a=rtpmap:111 opus/48000/2', 'a=ice-ufrag:abcd',
  'a=ice-pwd:0123456789012345678901', 'a=setup:actpass',
  `a=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}`, ''].join('\r\n');
const offer = (direction) => ({ type: 'offer', sdp: sdp(direction) });
const json = (value) => ['-H', 'Content-Type: application/json', '--data-binary',
  JSON.stringify(value)];
const asSdp = (text) => ['-H', 'Content-Type: application/sdp', '--data-binary', text];
const fragment = 'm=audio 9 RTP/AVP 111\r\na=mid:0\r\n'
  + 'a=candidate:1 1 udp 2113937151 192.0.2.9 9 typ host\r\n';
const restart = 'a=ice-ufrag:next\r\na=ice-pwd:abcdefghijabcdefghijab\r\n';
const patch = (text, ...more) => ['-X', 'PATCH', '-H',
  'Content-Type: application/trickle-ice-sdpfrag', '--data-binary', text,
  ...more.flatMap((header) => ['-H', header])];

async function curl(url, options) {
  const { stdout } = await promisify(execFile)('curl', ['-sS', '-i', ...options, url]);
  const [head, ...body] = stdout.split('\r\n\r\n');
  const [line, ...lines] = head.split('\r\n');
  return {
    status: Number(line.split(' ')[1]),
    headers: new Map(lines.map((text) => [text.split(':')[0].toLowerCase(),
      text.slice(text.indexOf(':') + 1).trim()])),
    body: body.join('\r\n\r\n'),
  };
}

const token = ['-H', 'Authorization: Bearer secret'];

async function expect(base, [name, path, options, status, header, value]) {
  const reply = await curl(base + path, status === 401 ? options : [...token, ...options]);
  check(reply.status === status, `${name}: ${status} ${reply.status === status ? '' : reply.body}`);
  if (header) check(value.test(reply.headers.get(header)), `${name}: ${header}`);
  return reply;
}

const rows = [
  ['page', '', [], 200, 'content-type', /^text\/html/],
  ['no such path', 'nothing', [], 404],
  ['offer at any path', 'some/where', json(offer('recvonly')), 200, 'session-id', /./],
  ['no offer at any path', 'some/where', json({}), 404],
  ['offer of the echo suite', 'offer', json({ ...offer('sendrecv'), sdp: sdp('sendrecv').replace('4 2', '5 2') }), 200, 'content-type', /json/],
  ['named offer', 'webrtc/offer', json({ sdp: { ...offer('recvonly') }, session_id: 'mine', metadata: { a: 1 } }), 200, 'content-type', /^application\/json$/],
  ['named candidate', 'webrtc/ice-candidate', json({ session_id: 'mine', candidate: { candidate: 'candidate:1 1 UDP 2013266431 192.168.1.1 54400 typ host', sdpMLineIndex: 0, sdpMid: '0' } }), 200],
  ['statistics', 'webrtc/sessions/mine/stats', [], 200, 'content-type', /json/],
  ['close', 'webrtc/close', json({ session_id: 'mine' }), 200],
  ['close again', 'webrtc/close', json({ session_id: 'mine' }), 404],
  ['ICE servers', 'iceservers', [], 200],
  ['health', 'healthz', [], 200],
  ['metrics', 'metrics', [], 200, 'content-type', /version=0\.0\.4/],
  ['WHIP options', 'whip/a', ['-X', 'OPTIONS'], 200, 'accept-post', /^application\/sdp$/],
  ['WHIP look', 'whip/a', [], 200],
  ['WHEP head', 'whep/a', ['-I'], 200, 'content-type', /^application\/sdp$/],
  ['WHIP wrong type', 'whip/a', json({}), 415, 'content-type', /^application\/problem\+json$/],
  ['WHIP no SDP', 'whip/a', asSdp('hello'), 400],
  ['WHIP wrong direction', 'whip/a', asSdp(sdp('recvonly')), 422],
  ['WHIP wrong method', 'whip/a', ['-X', 'PUT'], 405, 'allow', /POST/],
  ['WHIP without token', 'whip/a', asSdp(sdp('sendonly')), 401, 'www-authenticate', /^Bearer$/],
  ['no such session', 'session/none', ['-X', 'DELETE'], 404],
];

await run(async (defer) => {
  await promisify(execFile)('curl', ['--version']).catch(() => { throw new Skip('no curl'); });
  const launch = await Launch.serve(defer,
    'gst-launch-1.0 rtcsignaller session=rtcbin token=secret', await makeFolder(defer));
  for (const row of rows) await expect(launch.url, row);

  const created = await expect(launch.url,
    ['publish', 'whip/a', asSdp(sdp('sendonly')), 201, 'etag', /^"[^"]+"$/]);
  check(/^a=recvonly\r$/m.test(created.body), 'the answer is recvonly');
  const url = new URL(created.headers.get('location'), launch.url).href;
  const etag = created.headers.get('etag');
  await expect(launch.url, ['publish again', 'whip/a', asSdp(sdp('sendonly')), 409, 'retry-after', /\d/]);
  await expect(url, ['trickle', '', patch(fragment, `If-Match: ${etag}`), 204]);
  await expect(url, ['trickle without tag', '', patch(fragment), 428]);
  await expect(url, ['trickle with a wrong tag', '', patch(fragment, 'If-Match: "x"'), 412]);
  await expect(url, ['restart', '', patch(restart, 'If-Match: "*"'), 200, 'etag', /^"[^"]+"$/]);
  await expect(url, ['trickle of the old ICE session', '', patch(fragment, `If-Match: ${etag}`), 412]);
  await expect(url, ['delete', '', ['-X', 'DELETE'], 200]);
  await expect(url, ['delete again', '', ['-X', 'DELETE'], 404]);
  check(await launch.stop() === 0, `Ctrl-C ends it well (${launch.code})`);
});
