// SPDX-License-Identifier: LGPL-2.1-or-later
// libdatachannel through node-datachannel, as one side of rtcbench's scenario `processes`.
import nodeDataChannel from 'node-datachannel';
import { obey, say } from '../lib/floodlines.mjs';

const HIGH_WATER = 1024 * 1024;
const LOW_WATER = 512 * 1024;
const connection = new nodeDataChannel.PeerConnection('peer', { iceServers: [] });
let channel;
let received = 0;
let message;

function fill() {
  while (channel.bufferedAmount() < HIGH_WATER) channel.sendMessageBinary(message);
}

connection.onLocalDescription((sdp, type) => say({ type, sdp }));
connection.onLocalCandidate((candidate) => say({ type: 'candidate', line: 0, candidate }));

await obey({
  prepare(role) {
    say({ type: 'prepared' });
    if (role === 'send') {
      channel = connection.createDataChannel('data');
      channel.onOpen(() => say({ type: 'open' }));
      return;
    }
    connection.onDataChannel((theirs) => {
      channel = theirs;
      channel.onMessage((data) => { received += data.length; });
      say({ type: 'open' });
    });
  },
  take(line) {
    if (line.type === 'candidate') connection.addRemoteCandidate(line.candidate, '0');
    else connection.setRemoteDescription(line.sdp, line.type);
  },
  start(size) {
    message = Buffer.alloc(size);
    channel.setBufferedAmountLowThreshold(LOW_WATER);
    channel.onBufferedAmountLow(fill);
    fill();
  },
  count: () => received,
});
