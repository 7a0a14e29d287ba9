// SPDX-License-Identifier: LGPL-2.1-or-later
// Two sessions at a time: one ends, its files are complete at once, and the other one goes on.
import { check, run, until } from './lib/check.mjs';
import { openPeer, untilConnected } from './lib/page.mjs';

await run(async (defer) => {
  const { demo, page } = await openPeer(defer);
  await page.evaluate(() => {
    window.first = window.peer;
    window.second = new PagePeer();
  });
  for (const name of ['first', 'second']) {
    await page.evaluate(async (which) => {
      window.peer = window[which];
      await peer.sendCamera();
      await peer.signal();
    }, name);
    await untilConnected(page);
    await until(`the ${name} session sends 30 frames`, async () => (await page.evaluate(
      () => peer.statistic('outbound-rtp', 'video', 'framesSent'))) >= 30);
  }
  check((await demo.files('.ivf')).length === 2, 'there are two video files');
  await page.evaluate(() => first.close());
  await until('the files of the first session are complete',
    () => demo.output.match(/Saved \S+\.ivf/) && demo.output.match(/Saved \S+\.ogg/));
  const before = await page.evaluate(() => second.messages.length);
  await until('the second session goes on',
    async () => (await page.evaluate(() => second.messages.length)) > before);
  check(await demo.stop() === 0, `the demo ends well (${demo.code})`);
  check(demo.output.match(/Saved \S+\.ivf/g).length === 2, 'both video files are complete');
});
