// SPDX-License-Identifier: LGPL-2.1-or-later
// werift, WebRTC in TypeScript, as the offerer. Usage: werift.mjs URL
import { RTCPeerConnection } from 'werift';

const url = process.argv[2];
const connection = new RTCPeerConnection({ iceServers: [] });
setTimeout(() => {
  console.error('nothing arrived in time');
  process.exit(1);
}, 30000);

const channel = connection.createDataChannel('data');
channel.stateChanged.subscribe((state) => {
  if (state === 'open') channel.send(Buffer.from('Hello from werift').toString());
});
channel.onMessage.subscribe(async (text) => {
  console.log(`received ${text}`);
  await connection.close();
  process.exit(0);
});

await connection.setLocalDescription(await connection.createOffer());
if (connection.iceGatheringState !== 'complete') {
  await new Promise((resolve) => connection.iceGatheringStateChange.subscribe((state) => {
    if (state === 'complete') resolve();
  }));
}
const { type, sdp } = connection.localDescription;
const reply = await fetch(url, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ type, sdp }),
});
if (!reply.ok) throw new Error(`${reply.status}: ${await reply.text()}`);
await connection.setRemoteDescription(await reply.json());
