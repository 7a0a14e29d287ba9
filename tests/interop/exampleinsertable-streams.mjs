// SPDX-License-Identifier: LGPL-2.1-or-later
// exampleinsertable-streams.mjs BROWSER INSERTABLE-STREAMS: the page sees the file only while it decrypts.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { openPage } from './lib/browser.mjs';
import { check, run, until } from './lib/check.mjs';
import { Example } from './lib/example.mjs';
import { Launch, makeFolder } from './lib/launch.mjs';
import { watchPicture, untilMoving } from './lib/picture.mjs';

const program = process.argv[3];

await run(async (defer) => {
  const folder = await makeFolder(defer);
  const video = join(folder, 'video.ivf');
  const missing = spawnSync(program, ['-v', video], { encoding: 'utf8' });
  check(missing.status === 2 && missing.stderr.includes(`video file: '${video}' not exist`), 'a missing file is named');
  const launch = Launch.spawn(defer, 'gst-launch-1.0 -q videotestsrc num-buffers=1200 pattern=ball'
    + ' ! video/x-raw,width=160,height=120,framerate=20/1'
    + ` ! vp8enc deadline=1 cpu-used=8 keyframe-max-dist=10 ! ivfmux ! filesink location=${video}`, folder);
  check(await launch.ended === 0, 'there is a file');
  const example = await Example.serve(defer, program, '-v', video);
  const page = await openPage(defer, example.url);
  const decoded = () => page.evaluate(async () => {
    for (const report of (await pc.getStats()).values())
      if (report.type === 'inbound-rtp') return [report.framesReceived, report.framesDecoded];
    return [0, 0];
  });
  await page.click('#start');
  await watchPicture(page);
  const seen = await untilMoving(page);
  check(seen.width === 160 && seen.height === 120, 'the page sees the file');
  await page.click('#decrypt');
  // What is on its way to the decoder passes.
  let before = await decoded();
  await until('the decoder has nothing left', async () => {
    const [wasDecoded, now] = [before[1], await decoded()];
    const isOver = now[0] >= before[0] + 10;
    if (isOver) before = now;
    return isOver && now[1] === wasDecoded;
  });
  await until('frames go on to arrive', async () => (await decoded())[0] >= before[0] + 20);
  check((await decoded())[1] === before[1], 'without decryption nothing can be decoded');
  await page.click('#decrypt');
  await until('with it the picture goes on', async () => (await decoded())[1] >= before[1] + 20);
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
});
