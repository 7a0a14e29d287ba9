// SPDX-License-Identifier: LGPL-2.1-or-later
// examplertcp-processing.mjs BROWSER RTCP-PROCESSING: what the program prints is what the browser knows of
// its streams.
import { check, run } from './lib/check.mjs';
import { Example, openPastePage, pasteOffer } from './lib/example.mjs';

await run(async (defer) => {
  const example = Example.start(defer, process.argv[3]);
  const page = await openPastePage(defer, 'camera', 'microphone', 'see', 'hear');
  await pasteOffer(page, example);
  await example.says(/^RTCP sender report of [0-9a-f]{8}: [1-9]\d* packets/m);
  await example.says(/^RTCP report on [0-9a-f]{8}: \d+ lost/m);
  const sources = await page.evaluate(async () => [...(await pc.getStats()).values()]
    .filter(({ type }) => type === 'outbound-rtp').map(({ ssrc }) => ssrc.toString(16).padStart(8, '0')));
  const ours = await page.evaluate(async () => [...(await pc.getStats()).values()]
    .filter(({ type }) => type === 'inbound-rtp').map(({ ssrc }) => ssrc.toString(16).padStart(8, '0')));
  const all = (pattern) => [...new Set([...example.output.matchAll(pattern)].map(([, ssrc]) => ssrc))];
  const senders = all(/^RTCP sender report of (\w{8})/gm);
  const reported = all(/^RTCP report on (\w{8})/gm);
  console.log(`  ${sources} and ${senders}, ${ours} and ${reported}`);
  check(senders.every((ssrc) => sources.includes(ssrc)), 'the browser reports its own streams');
  check(reported.every((ssrc) => ours.includes(ssrc)), 'and ours');
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
});
