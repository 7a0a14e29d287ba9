// SPDX-License-Identifier: LGPL-2.1-or-later
// exampleflow.mjs - PROGRAM: a full data channel, unreliable and reliable: it flows each second, and the
// memory does not grow with it.
import { readFile } from 'node:fs/promises';
import { check, run } from './lib/check.mjs';
import { Example } from './lib/example.mjs';

async function readPeakMiB({ child }) {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return Number(status.match(/^VmHWM:\s+(\d+) kB/m)[1]) / 1024;
}

async function measure(defer, program, ...options) {
  const example = Example.start(defer, program, ...options);
  await example.says(/(^Throughput is about [\d.]+ Mbps\n.*){2}/ms);
  const peak = await readPeakMiB(example);
  const rates = [...example.output.matchAll(/^Throughput is about (\d+\.\d{3}) Mbps$/gm)].map(([, n]) => Number(n));
  check(rates.every((rate) => rate > 1), `it flows: ${rates} Mbps`);
  check(peak < 200, `it needs ${peak.toFixed()} MiB`);
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
}

await run(async (defer) => {
  const program = process.argv[3];
  await measure(defer, program);
  await measure(defer, program, '--reliable', '--size=16384');
  const short = Example.start(defer, program, '--duration=1');
  check(await short.ended === 0, `it ends by itself (${short.code})`);
});
