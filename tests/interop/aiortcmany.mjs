// SPDX-License-Identifier: LGPL-2.1-or-later
// Five aiortc at once. They write the time of day into their o= lines, so some have the same: each
// still gets a session of its own.
import { spawn } from 'node:child_process';
import { Skip, check, run, until } from './lib/check.mjs';
import { Demo } from './lib/demo.mjs';

const COUNT = 5;

await run(async (defer) => {
  const demo = await Demo.start(defer);
  const codes = [];
  for (let i = 0; i < COUNT; i += 1) {
    const child = spawn('/usr/bin/python3', ['peers/aiortc_peer.py', `${demo.url}/doSignaling`],
      { stdio: 'inherit' });
    child.once('exit', (code, signal) => codes.push(code ?? signal));
    defer(() => child.kill('SIGKILL'));
  }
  await until('all have ended', () => codes.length === COUNT, 60000);
  if (codes.includes(77)) throw new Skip('aiortc is not installed');
  check(codes.every((code) => code === 0), `all end well (${codes})`);
  check(demo.output.match(/'Hello from aiortc'/g).length === COUNT, 'the demo reads each message');
  check(demo.output.match(/a client connects/g).length === COUNT, `there were ${COUNT} sessions`);
});
