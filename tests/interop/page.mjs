// SPDX-License-Identifier: LGPL-2.1-or-later
// The signaller's own page, as a person uses it: it connects, shows video and messages, sends a line,
// switches the camera on, and restarts ICE.
import { check, run, until } from './lib/check.mjs';
import { openPage } from './lib/browser.mjs';
import { Demo } from './lib/demo.mjs';

const count = (page, selector) => page.$$eval(selector, (items) => items.length);

async function untilState(page, state) {
  await until(`the page shows "${state}"`,
    () => page.$eval('#state', (element, wanted) => element.dataset.state === wanted, state));
}

await run(async (defer) => {
  const demo = await Demo.start(defer);
  const errors = [];
  const page = await openPage(defer, `${demo.url}/`, errors);
  await untilState(page, 'connected');
  await until('the video has a size', () => page.$eval('#video', (video) => video.videoWidth > 0));
  const times = '#messages li:not(.mark):not(.mine):not(.empty)';
  await until('two messages are shown', async () => await count(page, times) >= 2);
  await until('the selected pair is shown', async () => await count(page, '#pairs dl') >= 1);

  await page.type('#text', 'written by hand');
  await page.click('#send button');
  await until('the demo reads the line', () => demo.output.includes("'written by hand'"));

  await page.click('#camera');
  await until('the camera is saved', async () => (await demo.files('.ivf')).length === 1);

  if (process.env.RTC_PEER_ELEMENT !== 'webrtcbin') {
    await page.click('#restart');
    await until('the restart is noted', async () => await count(page, '#ice-states .mark') === 1);
    await untilState(page, 'connected');
    const before = await count(page, times);
    await until('messages go on', async () => await count(page, times) > before);
    check(await count(page, '#messages .mark') === 1, 'the channel opened once');
  }
  check(await page.$eval('#notice', (notice) => notice.hidden), 'the page shows no complaint');
  check(errors.length === 0, `no script failed ${errors}`);
});
