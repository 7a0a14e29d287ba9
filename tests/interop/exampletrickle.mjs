// SPDX-License-Identifier: LGPL-2.1-or-later
// exampletrickle.mjs BROWSER PROGRAM: its page connects over a WebSocket, and the program restarts
// ICE by itself while messages go on.
import { execFileSync, spawnSync } from 'node:child_process';
import { openPage } from './lib/browser.mjs';
import { check, run, until } from './lib/check.mjs';
import { Example } from './lib/example.mjs';

await run(async (defer) => {
  const program = process.argv[3];
  const help = execFileSync(program, ['--help'], { encoding: 'utf8' });
  check(['--enable-host', '--enable-srflx', '--enable-relay', '--stun-server', '--turn-user']
    .every((option) => help.includes(option)), '--help explains the options');
  const wrong = spawnSync(program, ['--enable-relay', '--turn-user=nobody'], { encoding: 'utf8' });
  check(wrong.status === 2 && /USER=PASSWORD/.test(wrong.stderr), 'a wrong --turn-user is told');

  const example = await Example.serve(defer, program, '--enable-host', '--restart-after=2');
  const errors = [];
  const page = await openPage(defer, example.url, errors);
  const read = (selector) => page.$eval(selector, ({ textContent }) => textContent);
  await example.says(/^Data channel 'data'-'\d+' open$/m);
  await example.says(/^Message from DataChannel: 'Hello from the page'$/m);
  await example.says(/^Found a candidate: host$/m);
  check(await page.$$eval('#remote li', (items) => items.length) > 0, 'the page has candidates');
  await until('the program has restarted ICE twice', async () => Number(await read('#restarts')) >= 2);
  await example.says(/^Restarting ICE$/m);
  await until('messages have come', async () => (await read('#messages')).length > 0);
  check(/connected|completed/.test(await read('#state')), 'ICE is connected');
  check(await read('#problem') === '' && errors.length === 0, 'the page has no problem');
  check(example.count('Data channel \'data\'') === 1, 'the channel opened once');
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
});
