// SPDX-License-Identifier: LGPL-2.1-or-later
// libdatachannel and werift as clients of each dialect of offers. Usage: routes.mjs STACK DIALECT URL
// Says 'Hello from STACK by DIALECT' on a data channel and ends well when something came back and the
// session was closed.
import nodeDataChannel from 'node-datachannel';
import { RTCPeerConnection } from 'werift';

const [stack, dialect, base] = process.argv.slice(2);
const session = `${stack}-${process.pid}`;
const hello = `Hello from ${stack} by ${dialect}`;

setTimeout(() => {
  console.error('nothing arrived in time');
  process.exit(1);
}, 30000);

async function post(path, body, type = 'application/json') {
  const reply = await fetch(base + path, {
    method: 'POST', headers: { 'Content-Type': type },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${text}`);
  return { text, headers: reply.headers };
}

/** How each dialect takes an offer and candidates, and what ends a session. */
const dialects = {
  // The ice-restart contract: all candidates in the offer, nothing afterwards.
  plain: {
    async offer(description) {
      const { text, headers } = await post('/doSignaling', description);
      this.id = headers.get('session-id');
      return JSON.parse(text);
    },
    close() { return post(`/close?session=${this.id}`, ''); },
  },
  // The echo-test suite, with the member that one of its servers knows.
  echo: {
    async offer(description) {
      const { text, headers } = await post('/offer', { ...description, mode: 'echo' });
      this.id = headers.get('session-id');
      return JSON.parse(text);
    },
    close() { return post(`/close?session=${this.id}`, ''); },
  },
  // Names, metadata, and candidates one by one.
  pbx: {
    trickles: true,
    async offer(description) {
      const metadata = { user: stack, tags: [1, null, 'ä'], nested: { a: true } };
      const { text } = await post('/webrtc/offer', { sdp: description, session_id: session, metadata });
      const reply = JSON.parse(text);
      if (reply.session_id !== session) throw new Error(`another session: ${reply.session_id}`);
      if (JSON.stringify(reply.metadata) !== JSON.stringify(metadata)) throw new Error('no echo');
      if (reply.ice_candidates.length === 0) throw new Error('no candidates');
      return reply.sdp;
    },
    candidate(line, mid) {
      return post('/webrtc/ice-candidate',
        { session_id: session, candidate: { candidate: line, sdpMid: mid, sdpMLineIndex: 0 } });
    },
    async close() {
      const stats = await fetch(`${base}/webrtc/sessions/${session}/stats`);
      if (!stats.ok || Object.keys(await stats.json()).length === 0) throw new Error('no statistics');
      await post('/webrtc/close', { session_id: session, reason: 'done' });
      const gone = await fetch(`${base}/webrtc/sessions/${session}/stats`);
      if (gone.status !== 404) throw new Error(`closed, and still ${gone.status}`);
    },
  },
  // Two requests: the description, and bare candidate lines.
  pair: {
    trickles: true,
    async offer(description) {
      const { text, headers } = await post('/sdp', description);
      this.id = headers.get('session-id');
      return JSON.parse(text);
    },
    candidate(line) {
      return post(`/candidate?session=${this.id}`, line, 'application/json; charset=utf-8');
    },
    close() { return post(`/close?session=${this.id}`, ''); },
  },
};

const fail = (error) => {
  console.error(error);
  process.exit(1);
};

const server = dialects[dialect];
const held = [];
let isOffered = false;

/** Candidates wait for the answer, which may name the session. */
function tell(line, mid) {
  if (!server.trickles) return;
  held.push([line, mid]);
  if (isOffered) flush();
}

function flush() {
  for (const [line, mid] of held.splice(0)) server.candidate(line, mid).catch(fail);
}

async function exchange(description) {
  const answer = await server.offer(description);
  isOffered = true;
  flush();
  return answer;
}

async function finish(text, close) {
  console.log(`received ${text}`);
  await server.close();
  await close();
  process.exit(0);
}

/** libdatachannel gives an answer to ICE before it keeps the fingerprint in it. A server that is quick
 * has its handshake in between, which fails, and the transport is gone: once more, then. */
async function beginAnew(connection, error) {
  if (!error.message.includes('without ICE transport')) fail(error);
  console.log('the handshake was before the answer, once more');
  connection.close();
  await server.close().catch(console.log);
  held.length = 0;
  isOffered = false;
  runLibdatachannel();
}

function runLibdatachannel() {
  const connection = new nodeDataChannel.PeerConnection('peer', { iceServers: [] });
  const call = ({ type, sdp }) => exchange({ type, sdp })
    .then((answer) => connection.setRemoteDescription(answer.sdp, answer.type))
    .catch((error) => beginAnew(connection, error));
  if (server.trickles) connection.onLocalDescription((sdp, type) => call({ type, sdp }));
  else connection.onGatheringStateChange((state) => {
    if (state === 'complete') call(connection.localDescription());
  });
  connection.onLocalCandidate(tell);
  const channel = connection.createDataChannel('data');
  channel.onOpen(() => channel.sendMessage(hello));
  channel.onMessage((text) => finish(text, () => {
    connection.close();
    nodeDataChannel.cleanup();
  }).catch(fail));
}

async function runWerift() {
  const connection = new RTCPeerConnection({ iceServers: [] });
  const channel = connection.createDataChannel('data');
  channel.stateChanged.subscribe((state) => {
    if (state === 'open') channel.send(hello);
  });
  channel.onMessage.subscribe((text) => finish(text, () => connection.close()).catch(fail));
  connection.onIceCandidate.subscribe((candidate) => {
    if (candidate?.candidate) tell(candidate.candidate, candidate.sdpMid ?? '0');
  });
  const gathered = new Promise((resolve) => connection.iceGatheringStateChange
    .subscribe((state) => state === 'complete' && resolve()));
  await connection.setLocalDescription(await connection.createOffer());
  if (!server.trickles && connection.iceGatheringState !== 'complete') await gathered;
  const { type, sdp } = connection.localDescription;
  await connection.setRemoteDescription(await exchange({ type, sdp }));
}

if (stack === 'libdatachannel') runLibdatachannel();
else runWerift().catch(fail);
