// SPDX-License-Identifier: LGPL-2.1-or-later
// The browser's camera and microphone become files, and every frame in them can be decoded.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { check, run, until } from './lib/check.mjs';
import { openPeer, untilConnected } from './lib/page.mjs';

const codec = (process.argv[3] ?? 'vp8').toUpperCase();
const decoder = fileURLToPath(new URL('lib/decode.py', import.meta.url));

async function decode(path) {
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [decoder, path]);
  console.log(`  ${path}: ${stdout.trim()}`);
  return JSON.parse(stdout);
}

await run(async (defer) => {
  const { demo, page } = await openPeer(defer, `--codec=${codec.toLowerCase()}`);
  await page.evaluate(async (name) => {
    await peer.sendCamera(name);
    await peer.signal();
  }, codec);
  await untilConnected(page);
  await until('90 frames are sent', async () => (await page.evaluate(
    () => peer.statistic('outbound-rtp', 'video', 'framesSent'))) >= 90, 40000);
  check(await demo.stop() === 0, `the demo ends well (${demo.code})`);
  check(demo.output.includes('Saved '), 'it says that it saved a file');
  const [video] = await demo.files('.ivf');
  const [sound] = await demo.files('.ogg');
  check(video && sound, 'there are a video and a sound file');
  const picture = await decode(video);
  check(picture.fourcc === { VP8: 'VP80', VP9: 'VP90' }[codec], `the file holds ${codec}`);
  check(picture.frames >= 60, 'at least 60 frames are saved');
  check(picture.cut_off_bytes === 0, 'no frame is cut off');
  check(picture.frames === picture.header_frames, 'the header counts them right');
  check(picture.decoded === picture.frames, 'every frame can be decoded');
  check((await decode(sound)).decoded > 50, 'the sound can be decoded');
});
