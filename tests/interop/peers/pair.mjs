// SPDX-License-Identifier: LGPL-2.1-or-later
// libdatachannel as one of two programs that find each other over HTTP: POST /sdp with JSON, POST
// /candidate with a bare line. Usage: pair.mjs offer|answer OWN-PORT OTHER-PORT
import { createServer } from 'node:http';
import nodeDataChannel from 'node-datachannel';

const [role, ownPort, otherPort] = process.argv.slice(2);
const connection = new nodeDataChannel.PeerConnection('pair', { iceServers: [] });
const held = [];
const early = [];
let hasRemote = false;

async function post(path, body) {
  for (;;) {
    try {
      const reply = await fetch(`http://127.0.0.1:${otherPort}${path}`, {
        method: 'POST', headers: { 'content-type': 'application/json; charset=utf-8' }, body,
      });
      if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
      return;
    } catch (error) {
      if (error.cause?.code !== 'ECONNREFUSED') throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

const fail = (error) => {
  console.error(error);
  process.exit(1);
};
const postCandidates = () => {
  for (const line of hasRemote ? held.splice(0) : []) post('/candidate', line).catch(fail);
};

function useChannel(channel) {
  channel.onOpen(() => console.log(`open ${channel.getLabel()}`));
  channel.onMessage((text) => {
    console.log(`received ${text}`);
    channel.sendMessage(`back ${text}`);
  });
}

async function take(path, body) {
  if (path === '/candidate') {
    if (hasRemote) connection.addRemoteCandidate(body, '0');
    else early.push(body);
    return;
  }
  const { type, sdp } = JSON.parse(body);
  connection.setRemoteDescription(sdp, type);
  hasRemote = true;
  for (const line of early.splice(0)) connection.addRemoteCandidate(line, '0');
  if (type === 'answer') postCandidates();
}

connection.onLocalDescription((sdp, type) => {
  post('/sdp', JSON.stringify({ type, sdp })).then(() => type === 'answer' && postCandidates(), fail);
});
connection.onLocalCandidate((line) => {
  held.push(line);
  if (role === 'offer') postCandidates();
});
connection.onDataChannel(useChannel);

createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  await take(request.url, Buffer.concat(parts).toString()).catch(fail);
  response.end();
}).listen(Number(ownPort), '127.0.0.1', () => {
  console.log('listening');
  if (role === 'offer') useChannel(connection.createDataChannel('data'));
});
