// SPDX-License-Identifier: LGPL-2.1-or-later
// examplesdpserver.mjs BROWSER PROGRAM: the JSON API with session ids, from a page of another origin; ICE
// servers from the file, the environment, and a token service that also fails and dawdles.
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { startBlankPage } from './lib/blank.mjs';
import { openPage } from './lib/browser.mjs';
import { check, run, until } from './lib/check.mjs';
import { Example } from './lib/example.mjs';
import { makeFolder } from './lib/launch.mjs';

const config = `
http_addr = "127.0.0.1:0"   # any free port
webrtc_port_start = 40000
webrtc_port_end = 49000

[webrtc]
stun_server = "stun:127.0.0.1:9"

[[ice_servers]]
urls = ["turn:turn.example:3478?transport=udp", "turns:turn.example:5349"]
username = "a user"
credential = "p:ss@word"

[[ice_servers]]
urls = "stun:other.example"
`;
const configured = [
  { urls: ['stun:127.0.0.1:9'] },
  { urls: ['turn:turn.example:3478?transport=udp'], username: 'a user', credential: 'p:ss@word' },
  { urls: ['turns:turn.example:5349'], username: 'a user', credential: 'p:ss@word' },
  { urls: ['stun:other.example'] },
];

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const readServers = async (url) => {
  const reply = await fetch(`${url}/iceservers`);
  check(reply.status === 200, '/iceservers is never an error');
  return reply.json();
};

/** A token service whose answer is `state.answer(response)`. */
async function startService(defer) {
  const state = { urls: [] };
  const server = createServer((request, response) => {
    state.urls.push(request.url);
    state.answer(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  defer(() => server.closeAllConnections());
  defer(() => server.close());
  state.url = `http://127.0.0.1:${server.address().port}/api/iceservers`;
  return state;
}

async function testService(defer, program, file) {
  const service = await startService(defer);
  process.env.RESTSEND_TOKEN = 'se cret';
  const example = Example.start(defer, program, `--config=${file}`, `--token-service=${service.url}`);
  delete process.env.RESTSEND_TOKEN;
  const [, url] = await example.says(/^Open (http\S*[^/\s])/m);
  const given = [{ urls: ['turn:given.example'], username: 'me', credential: 'once' }];
  service.answer = (response) => response.end(JSON.stringify(given.map((row) => ({ ...row, ttl: 60 }))));
  check(same(await readServers(url), given), 'the service gives servers');
  check(service.urls[0] === '/api/iceservers?token=se%20cret&user=&client=127.0.0.1',
    `it is asked with token and client (${service.urls[0]})`);
  const failures = {
    refuses: (response) => response.writeHead(500).end(),
    'speaks no JSON': (response) => response.end('<html>'),
    'means something else': (response) => response.end('[{"url":"stun:a.example"}]'),
    'breaks off': (response) => response.destroy(),
    dawdles: () => {},
  };
  for (const [name, answer] of Object.entries(failures)) {
    service.answer = answer;
    const start = Date.now();
    check(same(await readServers(url), configured), `it ${name}: the file's servers, after ${Date.now() - start} ms`);
  }
  const asked = service.urls.length;
  fetch(`${url}/iceservers`).catch(() => {});
  await until('a client waits', () => service.urls.length > asked);
  check(!example.output.includes('se%20cret'), 'the token is not logged');
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
}

async function testSession(defer, program, file) {
  process.env.STUN_SERVER = '127.0.0.1:7';
  const example = Example.start(defer, program, '--http=127.0.0.1:0', `--config=${file}`,
    '--session', 'audiotestsrc is-live=true ! alawenc ! rtppcmapay ! rtcbin audio-codecs=PCMA');
  delete process.env.STUN_SERVER;
  const [, url] = await example.says(/^Open (http\S*[^/\s])/m);
  const servers = await readServers(url);
  check(same(servers[0], { urls: ['stun:127.0.0.1:7'] }), 'STUN_SERVER goes before the file');
  // Not forwarded: the page's own origin asks another one.
  const page = await openPage(defer, await startBlankPage(defer, url));
  const reply = await page.evaluate(async (base) => {
    const post = async (path, body) => {
      const response = await fetch(base + path, { method: 'POST',
        headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
      return { status: response.status, ...await response.json() };
    };
    window.post = post;
    window.pc = new RTCPeerConnection();
    pc.addTransceiver('audio', { direction: 'recvonly' });
    const offer = await pc.createOffer();
    await pc.setLocalDescription(offer);
    const answer = await post('/webrtc/offer',
      { sdp: { type: 'offer', sdp: offer.sdp }, session_id: 'my-custom-session-123', metadata: { a: [1] } });
    await pc.setRemoteDescription(answer.sdp);
    return answer;
  }, url);
  check(reply.session_id === 'my-custom-session-123' && same(reply.metadata, { a: [1] }),
    'session id and metadata come back');
  check(Array.isArray(reply.ice_candidates), 'there is a list of candidates');
  await example.says(/^Session my-custom-session-123$/m);
  await until('the page is connected', () => page.evaluate(() => pc.connectionState === 'connected'));
  await until('it hears PCMA', () => page.evaluate(async () => {
    const all = await pc.getStats();
    const stream = [...all.values()].find(({ type }) => type === 'inbound-rtp');
    return stream?.packetsReceived > 20 && all.get(stream.codecId).mimeType === 'audio/PCMA';
  }));
  const port = Number(reply.sdp.sdp.match(/^a=candidate:\S+ 1 udp \d+ \S+ (\d+) typ host/mi)[1]);
  check(port >= 40000 && port <= 49000, `the peer's port is in the file's range (${port})`);
  for (const [sdp, error] of [[{ type: 'answer', sdp: 'v=0' }, "Invalid SDP type, expected 'offer'"],
    [{ type: 'offer', sdp: '' }, 'SDP content cannot be empty']]) {
    const refused = await page.evaluate((body) => post('/webrtc/offer', body), { sdp });
    check(refused.status === 400 && refused.code === 400 && refused.error === error, error);
  }
  const closed = await page.evaluate(() =>
    post('/webrtc/close', { session_id: 'my-custom-session-123', reason: 'done' }));
  check(closed.status === 'closed', 'the session is closed');
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
}

await run(async (defer) => {
  const program = process.argv[3];
  const file = join(await makeFolder(defer), 'rustpbx.toml');
  await writeFile(file, config);
  await Promise.all([testService(defer, program, file), testSession(defer, program, file)]);
  const plain = await Example.serve(defer, program);
  check(same(await readServers(plain.url), [{ urls: ['stun:stun.l.google.com:19302'] }]), 'without a file: the fallback');
  await plain.stop();
  const missing = Example.start(defer, program, '--config=/nowhere');
  check(await missing.ended === 1 && missing.output.includes('/nowhere'), 'a file that is not there is an error');
});
