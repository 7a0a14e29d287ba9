// SPDX-License-Identifier: LGPL-2.1-or-later
// Chromium as one side of rtcbench's scenario `processes`: two browsers that talk to each other.
import puppeteer from 'puppeteer-core';
import { obey, say } from '../lib/floodlines.mjs';

const browser = await puppeteer.launch({
  headless: true,
  executablePath: '/usr/bin/chromium',
  // Addresses and not names, which browsers tell each other by multicast.
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
    '--disable-features=WebRtcHideLocalIpsWithMdns'],
});
const page = await browser.newPage();
await page.exposeFunction('say', say);
await page.evaluate(() => {
  const connection = new RTCPeerConnection();
  const peer = { connection, received: 0 };
  window.peer = peer;
  connection.onicecandidate = ({ candidate }) => {
    if (candidate?.candidate)
      say({ type: 'candidate', line: candidate.sdpMLineIndex, candidate: candidate.candidate });
  };
  peer.describe = async (description) => {
    say({ type: description.type, sdp: description.sdp });
    await connection.setLocalDescription(description);
  };
  peer.prepare = async (role) => {
    if (role === 'send') {
      peer.channel = connection.createDataChannel('data');
      peer.channel.onopen = () => say({ type: 'open' });
      await peer.describe(await connection.createOffer());
      return;
    }
    connection.ondatachannel = ({ channel }) => {
      peer.channel = channel;
      channel.binaryType = 'arraybuffer';
      channel.onmessage = ({ data }) => { peer.received += data.byteLength; };
      say({ type: 'open' });
    };
  };
  peer.take = async (message) => {
    if (message.type === 'candidate') {
      await connection.addIceCandidate(
        { candidate: message.candidate, sdpMLineIndex: message.line });
      return;
    }
    await connection.setRemoteDescription(message);
    if (message.type === 'offer') await peer.describe(await connection.createAnswer());
  };
  peer.start = (size) => {
    const bytes = new Uint8Array(size);
    const fill = () => {
      while (peer.channel.bufferedAmount < 1024 * 1024) peer.channel.send(bytes);
    };
    peer.channel.bufferedAmountLowThreshold = 512 * 1024;
    peer.channel.onbufferedamountlow = fill;
    fill();
  };
});

await obey({
  prepare: async (role) => {
    say({ type: 'prepared' });
    await page.evaluate((word) => window.peer.prepare(word), role);
  },
  take: ({ type, sdp, candidate, line }) =>
    page.evaluate((message) => window.peer.take(message), { type, sdp, candidate, line }),
  start: (size) => page.evaluate((number) => window.peer.start(number), size),
  count: () => page.evaluate(() => window.peer.received),
  quit: () => browser.close(),
});
