// SPDX-License-Identifier: LGPL-2.1-or-later
// exampleplay.mjs BROWSER PLAY-FROM-DISK CODEC: a file that GStreamer's encoders made, and Opus with it,
// reach a page: each frame, at the file's rate; then the program ends by itself.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Skip, check, run, until } from './lib/check.mjs';
import { Example, openPastePage, pasteOffer } from './lib/example.mjs';
import { Launch, makeFolder } from './lib/launch.mjs';
import { watchPicture, untilMoving } from './lib/picture.mjs';

const [, , , program, codec] = process.argv;
const frames = 100;
const rate = 20;
const encoders = {
  vp8: 'vp8enc deadline=1 cpu-used=8 keyframe-max-dist=20 ! ivfmux',
  vp9: 'vp9enc deadline=1 cpu-used=8 keyframe-max-dist=20 ! ivfmux',
  av1: 'av1enc usage-profile=realtime cpu-used=9 keyframe-max-dist=20 ! av1parse ! ivfmux',
  h264: 'openh264enc gop-size=20 ! video/x-h264,profile=constrained-baseline ! h264parse'
    + ' ! video/x-h264,stream-format=byte-stream',
};

async function makeFiles(defer, folder, video, audio) {
  const inspected = spawnSync('gst-inspect-1.0', [encoders[codec].split(' ')[0]]);
  if (inspected.status !== 0) throw new Skip(`there is no encoder for ${codec}`);
  const launch = Launch.spawn(defer, `gst-launch-1.0 -q videotestsrc num-buffers=${frames} pattern=ball`
    + ` ! video/x-raw,format=I420,width=320,height=240,framerate=${rate}/1 ! ${encoders[codec]}`
    + ` ! filesink location=${video} audiotestsrc num-buffers=${frames * 50 / rate} samplesperbuffer=960`
    + ` ! audio/x-raw,rate=48000,channels=2 ! opusenc ! oggmux ! filesink location=${audio}`, folder);
  check(await launch.ended === 0, 'there are files');
}

function checkMistakes(folder, video, audio) {
  const says = (...options) => {
    const { status, stderr } = spawnSync(program, options, { encoding: 'utf8' });
    check(status === 2, `it does not start with ${options.join(' ')}`);
    return stderr;
  };
  const missing = join(folder, 'no.ivf');
  check(says('-v', missing).includes(`video file: '${missing}' not exist`), 'a missing file is named');
  check(says('-a', missing).includes(`audio file: '${missing}' not exist`), 'also of sound');
  check(says('-v', audio).includes('is not VP8'), 'sound is no video');
  check(says('-v', video, codec === 'vp9' ? '--av1' : '--vp9').includes('not '), 'another codec is refused');
  check(says().includes('-v'), 'no file is a mistake');
}

/** A page that only listens is no place for video. */
async function checkDeclined(defer, video) {
  const example = Example.start(defer, program, '-v', video);
  const page = await openPastePage(defer, 'hear');
  await pasteOffer(page, example);
  check(await example.ended === 1, `what nobody wants is an error (${example.code})`);
  check(/does not want all of this/.test(example.output), 'it says so');
}

const read = (page, kind) => page.evaluate(async (name) => {
  const reports = await pc.getStats();
  for (const report of reports.values())
    if (report.type === 'inbound-rtp' && report.kind === name) {
      const { mimeType, payloadType } = reports.get(report.codecId) ?? {};
      return { ...report, mimeType, payloadType };
    }
  return {};
}, kind);

await run(async (defer) => {
  const folder = await makeFolder(defer);
  const video = join(folder, `video.${codec === 'h264' ? 'h264' : 'ivf'}`);
  const audio = join(folder, 'audio.ogg');
  await makeFiles(defer, folder, video, audio);
  checkMistakes(folder, video, audio);
  if (codec === 'vp8') await checkDeclined(defer, video);

  const example = Example.start(defer, program, '-v', video, '-a', audio,
    ...(codec === 'vp8' ? [] : [`--${codec}`]),
    ...(codec === 'h264' ? [`--fps=${rate}`] : []));
  const page = await openPastePage(defer, 'see', 'hear');
  // Rates in the page's own time, so that a busy machine does not matter.
  await page.evaluate(() => {
    window.samples = [];
    setInterval(async () => {
      for (const report of (await pc.getStats()).values())
        if (report.type === 'inbound-rtp' && report.kind === 'video')
          samples.push([report.timestamp, report.framesReceived]);
    }, 100);
  });
  await pasteOffer(page, example);
  await watchPicture(page);
  const seen = await untilMoving(page);
  check(seen.width === 320 && seen.height === 240, 'the picture has its size');
  if (process.env.SCREENSHOT) await (await page.$('video')).screenshot({ path: process.env.SCREENSHOT });
  const sound = await until('sound comes', async () => {
    const report = await read(page, 'audio');
    return report.totalAudioEnergy > 0 && report;
  });
  check(sound.mimeType === 'audio/opus', 'it is Opus');
  check(await example.ended === 0, `it ends by itself (${example.code})`);
  for (const line of ['All video frames parsed and sent', 'All audio pages parsed and sent',
    'All media streaming completed'])
    check(example.lines.includes(line), `it says "${line}"`);
  const got = await read(page, 'video');
  console.log(`  ${got.mimeType} ${got.payloadType}: ${got.framesReceived} received, ${got.framesDecoded} decoded,`
    + ` ${got.packetsLost} packets lost, ${got.keyFramesDecoded} key frames`);
  check(got.mimeType.toLowerCase() === `video/${codec}`, `the page decodes ${codec}`);
  check(got.packetsLost === 0 && got.framesReceived >= frames, `all ${frames} frames arrive (${got.framesReceived})`);
  const samples = (await page.evaluate(() => window.samples)).filter(([, n], i, all) => i > 0 && n > all[i - 1][1]);
  const [first, last] = [samples[0], samples.at(-1)];
  const measured = (last[1] - first[1]) * 1000 / (last[0] - first[0]);
  check(Math.abs(measured - rate) <= rate / 10, `they come at the file's rate (${measured.toFixed(2)} a second)`);
});
