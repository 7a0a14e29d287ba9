// SPDX-License-Identifier: LGPL-2.1-or-later
// examplertp-forwarder.mjs BROWSER RTP-FORWARDER: ffmpeg opens the program's SDP file and decodes what a
// page's camera and microphone send.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Skip, check, run } from './lib/check.mjs';
import { Example, openPastePage, pasteOffer } from './lib/example.mjs';
import { makeFolder } from './lib/launch.mjs';
import { findUdpPorts } from './lib/udp.mjs';

const program = process.argv[3];
const shipped = fileURLToPath(new URL('../../examples/rtp-forwarder.sdp', import.meta.url));

/** Decodes until there are `frames`; each line of the reply is stream, times, size and checksum. */
function decode(defer, sdp, map, frames) {
  const child = spawn('ffmpeg', ['-v', 'error', '-protocol_whitelist', 'file,udp,rtp', '-i', sdp,
    '-map', map, `-frames:${map.at(-1)}`, frames, '-f', 'framemd5', '-'], { stdio: ['ignore', 'pipe', 'inherit'] });
  defer(() => child.kill('SIGKILL'));
  let text = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (part) => { text += part; });
  return new Promise((resolve) => child.once('close', () => resolve(
    text.split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.split(/,\s*/)))));
}

await run(async (defer) => {
  if (!existsSync('/usr/bin/ffmpeg')) throw new Skip('ffmpeg is not installed');
  const wrong = spawnSync(program, ['--video-port=70000'], { encoding: 'utf8' });
  check(wrong.status === 2 && /1 to 65535/.test(wrong.stderr), 'a wrong port is refused');
  const folder = await makeFolder(defer);
  const sdp = join(folder, 'forwarder.sdp');
  const [audio, video] = await findUdpPorts(2);
  const example = Example.start(defer, program, `--audio-port=${audio}`, `--video-port=${video}`, '--sdp', sdp);
  const page = await openPastePage(defer, 'camera', 'microphone');
  await pasteOffer(page, example);
  await example.says(new RegExp(`^Forwarding video to 127.0.0.1:${video}$`, 'm'));
  await example.says(new RegExp(`^Forwarding audio to 127.0.0.1:${audio}$`, 'm'));
  const text = await readFile(sdp, 'utf8');
  check(text.replace(`m=audio ${audio}`, 'm=audio 4000').replace(`m=video ${video}`, 'm=video 4002')
    === await readFile(shipped, 'utf8'), 'the file in examples is the one for the usual ports');
  // ffmpeg starts when packets flow for long: the picture begins with the next key frame.
  const pictures = await decode(defer, sdp, '0:v', 40);
  const different = new Set(pictures.map((line) => line.at(-1))).size;
  console.log(`  ${pictures.length} pictures, ${different} different, of ${pictures[0]?.[4]} bytes`);
  check(pictures.length === 40 && different >= 20, 'ffmpeg decodes moving pictures');
  check(Number(pictures[0][4]) >= 160 * 120 * 1.5, 'they have a size');
  const sounds = await decode(defer, sdp, '0:a', 50);
  check(sounds.length === 50 && new Set(sounds.map((line) => line.at(-1))).size >= 10, 'and sound');
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
});
