// SPDX-License-Identifier: LGPL-2.1-or-later
// The browser hears which of its packets arrived (transport-wide congestion control), so it sends
// the picture with more than the 300 kbit/s with which it begins.
import { check, run, until } from './lib/check.mjs';
import { openPeer, untilConnected } from './lib/page.mjs';

const estimate = async () => {
  for (const report of (await peer.connection.getStats()).values()) {
    if (report.type === 'candidate-pair' && report.availableOutgoingBitrate)
      return report.availableOutgoingBitrate;
  }
  return 0;
};

await run(async (defer) => {
  const { page } = await openPeer(defer);
  await page.evaluate(async () => {
    await peer.sendCamera('VP8');
    await peer.signal();
  });
  await untilConnected(page);
  let bitrate = 0;
  await until('the browser believes in 600 kbit/s', async () => {
    bitrate = await page.evaluate(estimate);
    return bitrate > 600000;
  }, 20000);
  const lost = await page.evaluate(() => peer.statistic('remote-inbound-rtp', 'video', 'packetsLost'));
  console.log(`  ${Math.round(bitrate / 1000)} kbit/s`);
  check(lost <= 0, 'no video packet is lost');
});
