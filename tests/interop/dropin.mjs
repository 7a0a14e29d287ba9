// SPDX-License-Identifier: LGPL-2.1-or-later
// One application for webrtcbin, twice: dropin.mjs OFFERER ANSWERER, the names of the elements, which is
// all that differs. Pictures are decoded and messages arrive on both sides.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { check, run, until } from './lib/check.mjs';

const program = fileURLToPath(new URL('peers/webrtcbin_app.py', import.meta.url));

function start(defer, element, role) {
  const child = spawn('/usr/bin/python3', [program, element, role],
    { stdio: ['pipe', 'pipe', 'inherit'] });
  const side = { child, states: [], messages: [], frames: 0, answers: 0 };
  side.ended = new Promise((resolve) => child.once('exit', (code, signal) => {
    side.code = code ?? signal;
    resolve(side.code);
  }));
  defer(() => child.kill('SIGKILL'));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line);
    if (message.sdp || message.candidate !== undefined) side.other.child.stdin.write(`${line}\n`);
    if (message.state) {
      console.log(`  ${element}, ${role}: ${message.state}`);
      side.states.push(message.state);
    }
    if (message.message) side.messages.push(message.message);
    side.frames = message.frames ?? side.frames;
  });
  return side;
}

await run(async (defer) => {
  const [, , offerer, answerer] = process.argv;
  const answering = start(defer, answerer, 'answer');
  const offering = start(defer, offerer, 'offer');
  answering.other = offering;
  offering.other = answering;
  for (const [name, side] of [['offering', offering], ['answering', answering]]) {
    await until(`the ${name} side is connected`, () => side.code !== undefined
      || side.states.at(-1) === 'connected', 15000);
    check(side.code === undefined, 'it runs');
    await until(`the ${name} side reads`, () => side.messages.includes('hello'));
    await until(`the ${name} side decodes 30 pictures`, () => side.frames >= 30, 30000);
  }
  for (const side of [offering, answering]) {
    side.child.stdin.end();
    check(await side.ended === 0, 'it ends well');
  }
});
