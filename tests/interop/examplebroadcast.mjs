// SPDX-License-Identifier: LGPL-2.1-or-later
// examplebroadcast.mjs BROWSER BROADCAST: the program's own page, once to publish and twice to watch. A
// viewer that leaves disturbs nobody, and a new publisher takes the place of one that left.
import { openPage } from './lib/browser.mjs';
import { check, run, until } from './lib/check.mjs';
import { Example } from './lib/example.mjs';
import { watchPicture, untilMoving } from './lib/picture.mjs';

async function open(browser, url, button) {
  const page = await browser.newPage();
  await page.goto(url);
  await page.click(button);
  await until(`${button} is connected`,
    () => page.$eval('#state', ({ textContent }) => textContent === 'connected'));
  return page;
}

const changes = (page) => page.evaluate(() => window.watched[0].changes);

/** Only the page in front draws its picture. */
async function look(page, claim, isFresh = true) {
  await page.bringToFront();
  if (isFresh) await watchPicture(page);
  const seen = await untilMoving(page, 0, isFresh ? 20 : await changes(page) + 20);
  check(seen.width >= 160, claim);
}

await run(async (defer) => {
  const example = await Example.serve(defer, process.argv[3]);
  const first = await openPage(defer, example.url);
  const browser = first.browser();
  const publisher = await open(browser, example.url, '#publish');
  await example.says(/^A browser connects and publishes$/m);
  await example.says(/^The publisher sends video$/m);
  const viewers = [await open(browser, example.url, '#watch'), await open(browser, example.url, '#watch')];
  check(example.count('A browser connects and watches') === 2, 'two browsers watch');
  await look(viewers[0], 'the first viewer sees the camera');
  if (process.env.SCREENSHOT) await viewers[0].screenshot({ path: process.env.SCREENSHOT });
  await look(viewers[1], 'the second one, too');
  const sound = await viewers[1].evaluate(async () => {
    for (const report of (await pc.getStats()).values())
      if (report.type === 'inbound-rtp' && report.kind === 'audio') return report.packetsReceived;
    return 0;
  });
  check(sound > 20, `with sound (${sound} packets)`);
  await viewers[0].goto('about:blank');
  await until('the program knows that a viewer left', () => example.count('Session ended') === 1);
  await look(viewers[1], 'the other one leaves, and the picture goes on', false);

  await publisher.goto('about:blank');
  await until('the program knows that the publisher left', () => example.count('Session ended') === 2);
  await open(browser, example.url, '#publish');
  check(example.count('and publishes') === 2, 'the next one publishes');
  await look(viewers[1], 'the viewer sees it', false);
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
});
