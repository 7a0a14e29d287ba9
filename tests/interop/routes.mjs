// SPDX-License-Identifier: LGPL-2.1-or-later
// routes.mjs STACK: another WebRTC stack against the demo by each dialect of offers, all at a time.
import { spawn } from 'node:child_process';
import { check, run, until } from './lib/check.mjs';
import { Demo } from './lib/demo.mjs';

const dialects = ['plain', 'echo', 'pbx', 'pair'];

await run(async (defer) => {
  const stack = process.argv[2];
  const demo = await Demo.start(defer);
  const codes = new Map();
  for (const dialect of dialects) {
    const child = spawn('node', ['peers/routes.mjs', stack, dialect, demo.url], { stdio: 'inherit' });
    child.once('exit', (code, signal) => codes.set(dialect, code ?? signal));
    defer(() => child.kill('SIGKILL'));
  }
  await until('all have ended', () => codes.size === dialects.length, 60000);
  for (const dialect of dialects) {
    check(codes.get(dialect) === 0, `${stack} by ${dialect} ends well (${codes.get(dialect)})`);
    check(demo.output.includes(`'Hello from ${stack} by ${dialect}'`), 'the demo reads its message');
  }
  check(await demo.stop() === 0, `the demo ends well (${demo.code})`);
});
