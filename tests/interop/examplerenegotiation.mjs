// SPDX-License-Identifier: LGPL-2.1-or-later
// examplerenegotiation.mjs BROWSER PROGRAM: videos come and go on one connection, the others go on; wrong
// requests change nothing.
import { openPage } from './lib/browser.mjs';
import { check, run, until } from './lib/check.mjs';
import { Example } from './lib/example.mjs';

/** Decoded frames by mid, of the videos that the page shows. */
const readFrames = (page) => page.evaluate(async () => {
  const shown = new Set([...document.querySelectorAll('video')].map(({ dataset }) => dataset.mid));
  const frames = {};
  for (const report of (await pc.getStats()).values()) {
    if (report.type === 'inbound-rtp' && shown.has(report.mid)) frames[report.mid] = report.framesDecoded ?? 0;
  }
  return frames;
});

async function untilRunning(page, count) {
  const before = await readFrames(page);
  await until(`${count} videos run`, async () => {
    const now = Object.entries(await readFrames(page));
    return now.length === count && now.every(([mid, frames]) => frames > (before[mid] ?? 0) + 5);
  });
}

async function press(page, id) {
  await page.waitForSelector(`#${id}:not([disabled])`);
  await page.click(`#${id}`);
  await page.waitForSelector(`#${id}:not([disabled])`);
  return page.$eval('#problem', ({ textContent }) => textContent);
}

await run(async (defer) => {
  const example = await Example.serve(defer, process.argv[3]);
  const post = (path, body) => fetch(example.url + path, { method: 'POST', body });
  const late = Example.start(defer, process.argv[3], `--http=${new URL(example.url).host}`);
  check(await late.ended === 1 && /Cannot listen on .* \(choose another port/.test(late.output),
    'a port that is taken is an error with advice');
  const page = await openPage(defer, example.url);
  await until('the page is connected', () => page.evaluate(() => pc.connectionState === 'connected'));
  check((await press(page, 'remove')).includes('there is no video to remove'),
    'a video that is not there cannot go');
  check(await press(page, 'add') === '', 'a video comes');
  await untilRunning(page, 1);
  check(await press(page, 'add') === '', 'another comes');
  await untilRunning(page, 2);
  const bad = await post('/addVideo', '{"type":"offer","sdp":"v=0\\r\\nnothing"}');
  check(bad.status === 400, `a wrong offer is refused (${bad.status})`);
  check((await post('/addAudio', '{}')).status === 404, 'another path is 404');
  await untilRunning(page, 2);
  check(await press(page, 'remove') === '', 'one goes');
  await untilRunning(page, 1);
  check(await press(page, 'add') === '', 'and comes back');
  await untilRunning(page, 2);
  check((await page.evaluate(() => pc.getTransceivers().length)) === 2, 'in the place of the one that went');
  // Another page takes over.
  const second = await openPage(defer, example.url);
  await until('the second page is connected',
    () => second.evaluate(() => pc.connectionState === 'connected'));
  // As pages do that leave the direction of a transceiver to the browser, and the rest to the paths.
  await second.evaluate(async () => {
    pc.addTransceiver('video');
    await signal('addVideo');
  });
  await untilRunning(second, 1);
  await second.evaluate(() => signal('removeVideo'));
  await until('it goes', () => second.evaluate(() => !document.querySelector('video')));
  await second.evaluate(() => signal('addVideo'));
  await untilRunning(second, 1);
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
});
