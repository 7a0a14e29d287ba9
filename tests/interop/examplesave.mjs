// SPDX-License-Identifier: LGPL-2.1-or-later
// examplesave.mjs BROWSER SAVE-TO-DISK CASE: camera and microphone of a page become files that ffmpeg
// decodes without complaint. CASE: vp8, vp9 (without sound), av1, h264, mkv (H.264 in
// it), killed (kill -9), full (no room).
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { check, run, until } from './lib/check.mjs';
import { Example, openPastePage, pasteOffer } from './lib/example.mjs';
import { makeFolder } from './lib/launch.mjs';
import { probe, readIvf } from './lib/probe.mjs';

const [, , , program, name] = process.argv;
const codec = { vp9: 'vp9', av1: 'av1', h264: 'h264', mkv: 'h264' }[name] ?? 'vp8';
const hasSound = name !== 'vp9';
const suffix = { h264: '.h264', mkv: '.mkv' }[name] ?? '.ivf';
const fourccs = { vp8: 'VP80', vp9: 'VP90', av1: 'AV01' };

const framesSent = (page) => page.evaluate(async () => {
  for (const report of (await pc.getStats()).values())
    if (report.type === 'outbound-rtp' && report.kind === 'video') return report.framesSent ?? 0;
  return 0;
});

/** A file of 48 KiB at most: the same error as on a full disk, and no root is needed. */
const command = () => (name === 'full'
  ? ['/bin/sh', '-c', 'trap "" XFSZ; ulimit -f 96; exec "$0" "$@"', program] : program);

async function endWell(example, page, video) {
  if (name === 'full') {
    await example.ended;
    check(example.code === 1, `it ends with an error (${example.code})`);
    check(example.lines.includes(`Cannot write ${video}: File too large`), 'it says why');
    check(/complete up to the last whole frame/.test(example.output), 'and what is left');
    return;
  }
  await until('60 frames are sent', async () => await framesSent(page) >= 60, 40000);
  if (name === 'killed') {
    await example.stop('SIGKILL');
    return;
  }
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
  for (const line of ['Closing video file', ...(hasSound ? ['Closing audio file'] : []),
    'Done writing media files'])
    check(example.lines.includes(line), `it says "${line}"`);
  check(example.lines.includes(`Got ${codec.toUpperCase()} track, saving to disk as ${video}`), 'it names the file');
}

function checkVideo(found, least) {
  check(found.codec_name === codec, `the file holds ${codec}`);
  check(found.width >= 160 && found.width * 3 === found.height * 4, 'the picture has a size');
  check(found.frames >= least, `${least} frames and more can be decoded (${found.frames})`);
  if (suffix === '.h264') return;
  const seconds = found.times.at(-1) - found.times[0];
  // Chromium's fake camera has 20 to 30 frames a second; a busy machine leaves some out.
  check(found.times[0] < 0.1 && seconds > found.frames / 40 && seconds < found.frames / 2,
    `their times are those of the camera (${found.frames} in ${seconds.toFixed(2)} s)`);
}

/** Nobody sends what a file is for: a word, and an end without a file's remains. */
async function checkNothing(defer, folder) {
  const example = Example.start(defer, program, '-v', join(folder, 'nothing.ivf'));
  const page = await openPastePage(defer, 'data');
  await pasteOffer(page, example);
  await example.says(/^The other peer sends no VP8 for /m);
  check(await example.stop() === 0, `Ctrl-C ends it at once (${example.code})`);
}

await run(async (defer) => {
  const wrong = spawnSync(program, ['-v', '/no/such/folder/a.ivf'], { encoding: 'utf8' });
  check(wrong.status === 2 && /No such file or directory/.test(wrong.stderr), 'a wrong path is refused');
  const folder = await makeFolder(defer);
  const video = join(folder, `video${suffix}`);
  if (name === 'vp9') await checkNothing(defer, folder);
  const audio = join(folder, 'audio.ogg');
  const example = Example.start(defer, command(), '-v', video, ...(hasSound ? ['-a', audio] : []),
    ...(codec === 'vp8' ? [] : [`--${codec}`]));
  const page = await openPastePage(defer, 'camera', 'microphone');
  await pasteOffer(page, example);
  await endWell(example, page, video);
  const found = await probe(video);
  const isCut = name === 'killed';
  checkVideo(found, name === 'full' ? 1 : 40);
  // After kill -9 the last frame may be cut off, and a Matroska or Ogg file has no end.
  if (!isCut) check(found.problems === '', 'the decoder has nothing to complain about');
  if (suffix === '.ivf') {
    const facts = await readIvf(video);
    console.log(`  ${JSON.stringify(facts)}`);
    check(facts.fourcc === fourccs[codec] && facts.width === found.width && facts.height === found.height,
      'the header is right');
    check(facts.cutOff === 0, 'no frame is cut off');
    if (!isCut) check(facts.counted === facts.frames, 'the header counts the frames');
  }
  if (!hasSound) {
    const answer = example.output.slice(example.output.indexOf('answer created'));
    check(/^m=audio [^]*?^a=inactive/m.test(answer), 'sound is declined without a file for it');
    return;
  }
  const sound = await probe(audio);
  check(sound.codec_name === 'opus' && sound.frames >= (name === 'full' ? 10 : 50)
    && sound.times[0] < 0.1, 'the sound can be decoded, from its beginning');
});
