// SPDX-License-Identifier: LGPL-2.1-or-later
// The README's line that plays an IVF file: the browser gets each frame of it, in its time and size,
// and the program ends with the file. A browser that comes late gets it from its beginning.
import { openPage } from './lib/browser.mjs';
import { check, run, until } from './lib/check.mjs';
import { Launch, makeFolder, readLines } from './lib/launch.mjs';

const codec = process.argv[3] ?? 'vp8';
const frames = 150;
const rate = 25;
const lateMs = 3000;

async function makeFile(defer, folder) {
  const launch = Launch.spawn(defer, `gst-launch-1.0 -q videotestsrc num-buffers=${frames} pattern=ball`
    + ` ! video/x-raw,format=I420,width=320,height=240,framerate=${rate}/1`
    + ` ! ${codec}enc deadline=1 cpu-used=8 keyframe-max-dist=${rate} ! ivfmux`
    + ' ! filesink location=camera.ivf', folder);
  check(await launch.ended === 0, 'there is a file');
}

/** Runs in the page: each decoded picture is counted as it comes out of the track, and the statistics
 *  are read beside it, so that a loaded test does not disturb the times. */
function watchFrames() {
  const Original = window.RTCPeerConnection;
  window.pictures = 0;
  window.samples = [];
  const countPictures = async (track) => {
    const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 100 }).readable.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      value.close();
      window.pictures += 1;
    }
  };
  window.RTCPeerConnection = class extends Original {
    constructor(...options) {
      super(...options);
      this.addEventListener('track', ({ track }) => {
        if (track.kind === 'video') countPictures(track);
      });
      setInterval(async () => {
        for (const report of (await this.getStats()).values()) {
          if (report.type !== 'inbound-rtp' || report.kind !== 'video') continue;
          const { framesDecoded, framesDropped, frameWidth, frameHeight, packetsLost } = report;
          window.samples.push({ time: report.timestamp, framesDecoded, framesDropped, frameWidth,
            frameHeight, packetsLost });
        }
      }, 100);
    }
  };
}

/** Frames a second between the first and the last sample in which frames were new. */
function measureRate(samples) {
  const changes = samples.filter(
    (sample, i) => i > 0 && sample.framesDecoded > samples[i - 1].framesDecoded);
  const [first, last] = [changes[0], changes.at(-1)];
  return (last.framesDecoded - first.framesDecoded) * 1000 / (last.time - first.time);
}

async function play(defer, page, line, folder, delayMs) {
  const launch = await Launch.serve(defer, line, folder);
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  check(launch.code === undefined, `it waits for a browser (${delayMs} ms)`);
  await page.goto(launch.url);
  let samples = [];
  await until('the program ends with the file', async () => {
    samples = await page.evaluate(() => window.samples ?? []);
    return launch.code !== undefined;
  }, 30000);
  check(launch.code === 0, `its exit code is 0 (${launch.code})`);
  // The last packet has left when the program ends; the browser holds its picture a little longer.
  // Whichever counts more counts: a busy browser may leave out a picture that it decoded.
  await until(`${frames} frames arrive`, async () => {
    const [pictures, now] = await page.evaluate(() => [window.pictures, window.samples]);
    samples = now;
    return Math.max(pictures, samples.at(-1).framesDecoded) >= frames;
  }, 5000);
  const last = samples.at(-1);
  const perSecond = measureRate(samples);
  console.log(`  ${JSON.stringify(last)} ${perSecond.toFixed(2)} frames a second`);
  check(last.packetsLost === 0, 'no packet is lost');
  check(last.frameWidth === 320 && last.frameHeight === 240, 'the picture has its size');
  check(last.framesDecoded <= frames, `and not more (${last.framesDecoded})`);
  check(Math.abs(perSecond - rate) <= rate / 10, `they come at the file's rate, ${rate} a second`);
}

await run(async (defer) => {
  const folder = await makeFolder(defer);
  await makeFile(defer, folder);
  const line = (await readLines()).find((text) => text.includes('ivfparse'))
    .replaceAll('vp8', codec);
  const page = await openPage(defer, 'about:blank');
  await page.evaluateOnNewDocument(watchFrames);
  await play(defer, page, line, folder, 0);
  await play(defer, page, line, folder, lateMs);
});
