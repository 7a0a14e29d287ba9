// SPDX-License-Identifier: LGPL-2.1-or-later
// peers.mjs COMMAND ARGUMENT...: another WebRTC stack against the demo. The command gets the
// demo's address as its last argument, sends 'Hello from NAME' on a data channel, and ends well
// when a time arrived there.
import { spawn } from 'node:child_process';
import { check, run, Skip, until } from './lib/check.mjs';
import { Demo } from './lib/demo.mjs';

await run(async (defer) => {
  const demo = await Demo.start(defer);
  const [command, ...rest] = process.argv.slice(2);
  const child = spawn(command, [...rest, `${demo.url}/doSignaling`], { stdio: 'inherit' });
  let code;
  child.once('error', (error) => { code = error.message; });
  child.once('exit', (status, signal) => { code = status ?? signal; });
  defer(() => child.kill('SIGKILL'));
  await until('the peer ends', () => code !== undefined, 60000);
  if (code === 77) throw new Skip(`${rest.at(-1)} is not here`);
  check(code === 0, `the peer ends well (${code})`);
  check(demo.output.includes("'Hello from "), 'the demo reads its message');
});
