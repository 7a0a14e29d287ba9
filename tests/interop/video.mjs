// SPDX-License-Identifier: LGPL-2.1-or-later
// The demo's picture and tone arrive in the browser: frames are decoded, samples are heard.
import { check, run, until } from './lib/check.mjs';
import { openPeer, untilConnected } from './lib/page.mjs';

const codec = process.argv[3] ?? 'vp8';

await run(async (defer) => {
  const { page } = await openPeer(defer, `--codec=${codec}`);
  await page.evaluate(async () => {
    peer.receiveMedia();
    await peer.signal();
  });
  await untilConnected(page);
  await until('60 frames are decoded', async () => (await page.evaluate(
    () => peer.statistic('inbound-rtp', 'video', 'framesDecoded'))) >= 60, 30000);
  await until('100 packets of sound arrive', async () => (await page.evaluate(
    () => peer.statistic('inbound-rtp', 'audio', 'packetsReceived'))) >= 100);
  const lost = await page.evaluate(() => peer.statistic('inbound-rtp', 'video', 'packetsLost'));
  check(lost === 0, 'no video packet is lost');
  const width = await page.evaluate(() => document.querySelector('video').videoWidth);
  check(width === 640, 'the picture is 640 pixels wide');
});
