// SPDX-License-Identifier: LGPL-2.1-or-later
// libdatachannel through node-datachannel, as the offerer. Usage: nodedatachannel.mjs URL
import nodeDataChannel from 'node-datachannel';

const url = process.argv[2];
const connection = new nodeDataChannel.PeerConnection('peer', { iceServers: [] });
setTimeout(() => {
  console.error('nothing arrived in time');
  process.exit(1);
}, 30000);

async function signal() {
  const { type, sdp } = connection.localDescription();
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ type, sdp }),
  });
  if (!reply.ok) throw new Error(`${reply.status}: ${await reply.text()}`);
  const answer = await reply.json();
  connection.setRemoteDescription(answer.sdp, answer.type);
}

connection.onGatheringStateChange((state) => {
  if (state !== 'complete') return;
  signal().catch((error) => {
    console.error(error);
    process.exit(1);
  });
});
const channel = connection.createDataChannel('data');
channel.onOpen(() => channel.sendMessage('Hello from libdatachannel'));
channel.onMessage((text) => {
  console.log(`received ${text}`);
  connection.close();
  nodeDataChannel.cleanup();
  process.exit(0);
});
