// SPDX-License-Identifier: LGPL-2.1-or-later
// examplesimulcast.mjs BROWSER SIMULCAST: three layers go out in the program's page, and three pictures of
// their sizes come back and move.
import { openPage } from './lib/browser.mjs';
import { check, run } from './lib/check.mjs';
import { Example } from './lib/example.mjs';
import { watchPicture, untilMoving } from './lib/picture.mjs';

await run(async (defer) => {
  const example = await Example.serve(defer, process.argv[3]);
  const page = await openPage(defer, example.url);
  await page.click('#start');
  const sizes = [];
  for (const [index, rid] of ['q', 'h', 'f'].entries()) {
    await example.says(new RegExp(`^Layer '${rid}' goes back on track #${index + 1}$`, 'm'));
    await watchPicture(page, index);
  }
  for (const index of [0, 1, 2]) sizes.push(await untilMoving(page, index, 10));
  console.log(`  ${sizes.map(({ width, height }) => `${width}x${height}`).join(' ')}`);
  if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT, fullPage: true });
  check(sizes[0].width * 2 === sizes[1].width && sizes[1].width * 2 === sizes[2].width,
    'each has twice the size of the one before');
  const asked = await page.evaluate(async () => [...(await pc.getStats()).values()]
    .filter(({ type }) => type === 'outbound-rtp').map(({ pliCount }) => pliCount));
  check(asked.length === 3 && asked.every((n) => n > 0), `each layer was asked for key frames (${asked})`);
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
});
