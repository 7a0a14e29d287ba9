// SPDX-License-Identifier: LGPL-2.1-or-later
// examplesavepage.mjs BROWSER SAVE-TO-DISK: with --http the program's page records, and when it is closed the
// files are complete and the program ends.
import { join } from 'node:path';
import { openPage } from './lib/browser.mjs';
import { startBlankPage } from './lib/blank.mjs';
import { check, run, until } from './lib/check.mjs';
import { Example } from './lib/example.mjs';
import { makeFolder } from './lib/launch.mjs';
import { probe, readIvf } from './lib/probe.mjs';

await run(async (defer) => {
  const folder = await makeFolder(defer);
  const video = join(folder, 'camera.ivf');
  const example = await Example.serve(defer, process.argv[3], '-v', video);
  const page = await openPage(defer, await startBlankPage(defer, example.url));
  await page.evaluate(async () => {
    window.peer = new PagePeer();
    await peer.sendCamera();
    await peer.signal();
  });
  await example.says(/^Got VP8 track/m);
  await until('30 frames are sent', async () => (await page.evaluate(
    () => peer.statistic('outbound-rtp', 'video', 'framesSent'))) >= 30, 40000);
  await page.evaluate(() => peer.close());
  await example.ended;
  check(example.code === 0, `it ends with the page (${example.code})`);
  check(example.lines.includes('Done writing media files'), 'it says that it is done');
  const found = await probe(video);
  const { counted, frames } = await readIvf(video);
  check(found.problems === '' && found.frames >= 20 && found.frames === frames && counted === frames,
    `the file is complete (${frames} frames)`);
});
