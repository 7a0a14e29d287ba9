// SPDX-License-Identifier: LGPL-2.1-or-later
// examplertp-to-webrtc.mjs BROWSER RTP-TO-WEBRTC: the line of --help sends RTP, and a page sees it.
import { spawnSync } from 'node:child_process';
import { check, run } from './lib/check.mjs';
import { Example, openPastePage, pasteOffer } from './lib/example.mjs';
import { Launch, makeFolder } from './lib/launch.mjs';
import { watchPicture, untilMoving } from './lib/picture.mjs';
import { findUdpPorts } from './lib/udp.mjs';

const program = process.argv[3];

await run(async (defer) => {
  const wrong = spawnSync(program, ['--codec=MJPEG'], { encoding: 'utf8' });
  check(wrong.status === 2 && /--codec is/.test(wrong.stderr), 'a wrong codec is refused');
  const { stdout } = spawnSync(program, ['--help'], { encoding: 'utf8' });
  const [port] = await findUdpPorts(1);
  const line = stdout.match(/^ *(gst-launch-1\.0 .*)$/m)[1].replace('port=5004', `port=${port}`);
  const example = Example.start(defer, program, `--rtp-port=${port}`);
  await example.says(new RegExp(`^Waiting for RTP with VP8 at 127\\.0\\.0\\.1:${port}$`, 'm'));
  const page = await openPastePage(defer, 'see');
  await pasteOffer(page, example);
  Launch.spawn(defer, line, await makeFolder(defer));
  await example.says(/^The first packet came$/m);
  await watchPicture(page);
  const seen = await untilMoving(page);
  check(seen.width === 640 && seen.height === 480, 'the picture has its size');
  if (process.env.SCREENSHOT) await (await page.$('video')).screenshot({ path: process.env.SCREENSHOT });
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
});
