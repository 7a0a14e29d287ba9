// SPDX-License-Identifier: LGPL-2.1-or-later
// exampleswap-tracks.mjs BROWSER SWAP-TRACKS: three drawings go out in the program's page, and the one that
// comes back shows each of them in turn, without another offer, and begins each with a key frame.
import { openPage } from './lib/browser.mjs';
import { check, run, until } from './lib/check.mjs';
import { Example } from './lib/example.mjs';
import { watchPicture, untilMoving } from './lib/picture.mjs';

/** Runs in the page: which of red, green and blue rules a corner of the picture, as often as it changes. */
function watchColour() {
  const video = document.querySelector('video');
  const context = new OffscreenCanvas(8, 8).getContext('2d', { willReadFrequently: true });
  window.colours = [];
  const look = () => {
    context.drawImage(video, 0, 0, 20, 20, 0, 0, 8, 8);
    const pixel = [...context.getImageData(4, 4, 1, 1).data].slice(0, 3);
    const colour = 'rgb'[pixel.indexOf(Math.max(...pixel))];
    // A picture that is half one drawing and half another would be a broken switch.
    if (Math.max(...pixel) < 2 * [...pixel].sort((a, b) => a - b)[1]) window.colours.push(`mixed ${pixel}`);
    else if (window.colours.at(-1) !== colour) window.colours.push(colour);
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
}

await run(async (defer) => {
  const example = await Example.serve(defer, process.argv[3], '--interval=1');
  const page = await openPage(defer, example.url);
  await page.click('#start');
  for (let i = 1; i <= 3; i += 1) await example.says(new RegExp(`^Got track #${i}$`, 'm'));
  await watchPicture(page);
  await page.evaluate(watchColour);
  await untilMoving(page);
  const colours = await until('each drawing is seen twice', async () => {
    const seen = await page.evaluate(() => window.colours);
    return ['r', 'g', 'b'].every((colour) => seen.filter((name) => name === colour).length >= 2) && seen;
  }, 40000);
  console.log(`  ${colours.join(' ')}`);
  if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT, fullPage: true });
  check(colours.every((name) => name.length === 1), 'no picture is broken');
  const [first, second, third] = colours;
  check(colours.every((colour, i) => colour === [first, second, third][i % 3]), 'they come in their turn');
  const found = await page.evaluate(async () => {
    const reports = [...(await pc.getStats()).values()];
    const sent = reports.filter(({ type, kind }) => type === 'outbound-rtp' && kind === 'video');
    const got = reports.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'video');
    return { asked: sent.map(({ pliCount, firCount }) => pliCount + firCount), keys: got.keyFramesDecoded,
      decoded: got.framesDecoded, lost: got.packetsLost, state: pc.signalingState };
  });
  console.log(`  ${JSON.stringify(found)}`);
  check(found.asked.length === 3 && found.asked.every((n) => n > 0), 'each track was asked for key frames');
  check(found.keys >= colours.length && found.lost === 0, 'each switch is a key frame, and nothing is lost');
  check(example.count('offer answered') === 1, 'there was one offer');
  check(!/Use an encoder/.test(example.output), 'it has no doubts about what it sends');
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
});
