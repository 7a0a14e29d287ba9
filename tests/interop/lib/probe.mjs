// SPDX-License-Identifier: LGPL-2.1-or-later
// What ffmpeg, which is nobody of ours, finds in a media file.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Skip } from './check.mjs';

const execute = promisify(execFile);

/** Decodes the whole file. `problems` is what the decoder complains about; `times` are the frames'
 *  presentation times in seconds. */
export async function probe(path) {
  if (!existsSync('/usr/bin/ffprobe')) throw new Skip('ffmpeg is not installed');
  const { stdout, stderr } = await execute('ffprobe', ['-v', 'error', '-of', 'json', '-show_entries',
    'stream=codec_name,width,height,sample_rate,channels:frame=best_effort_timestamp_time', '-show_frames', path],
  { maxBuffer: 64 << 20 });
  const { streams, frames } = JSON.parse(stdout);
  const times = frames.map((frame) => Number(frame.best_effort_timestamp_time));
  const found = { ...streams[0], frames: frames.length, times, problems: stderr.trim() };
  console.log(`  ${path}: ${JSON.stringify({ ...found, times: undefined, first: times[0], last: times.at(-1) })}`);
  return found;
}

/** An IVF file without a decoder: the header's frame count, the frames that follow, what is left. */
export async function readIvf(path) {
  const data = await readFile(path);
  let offset = 32;
  let frames = 0;
  while (offset + 12 <= data.length && offset + 12 + data.readUInt32LE(offset) <= data.length) {
    offset += 12 + data.readUInt32LE(offset);
    frames += 1;
  }
  return { fourcc: data.toString('latin1', 8, 12), width: data.readUInt16LE(12), height: data.readUInt16LE(14),
    counted: data.readUInt32LE(24), frames, cutOff: data.length - offset };
}
