// SPDX-License-Identifier: LGPL-2.1-or-later
// exampleicerestart.mjs BROWSER PROGRAM: the program's own texts, and messages both ways across an
// ICE restart on a channel that stays open.
import { execFileSync } from 'node:child_process';
import { openPage } from './lib/browser.mjs';
import { startBlankPage } from './lib/blank.mjs';
import { check, run, until } from './lib/check.mjs';
import { Example } from './lib/example.mjs';

await run(async (defer) => {
  const program = process.argv[3];
  const help = execFileSync(program, ['--help'], { encoding: 'utf8' });
  check(/--http/.test(help) && /-d, --debug/.test(help), '--help explains --http and --debug');
  const example = await Example.serve(defer, program, '--debug');
  const late = Example.start(defer, program, `--http=${new URL(example.url).host}`);
  check(await late.ended === 1 && /Cannot listen on /.test(late.output) && /Choose with --http/.test(late.output),
    'a port that is taken is an error with advice');
  const page = await openPage(defer, await startBlankPage(defer, example.url));
  const count = () => page.evaluate(() => peer.messages.length);
  await page.evaluate(() => {
    window.peer = new PagePeer();
    return peer.signal();
  });
  await example.says(/^Data channel 'data'-'\d+' open$/m);
  await page.evaluate(() => peer.channel.send('Hello before restart!'));
  await example.says(/^Message from DataChannel: 'Hello before restart!'$/m);
  const before = await until('its messages come', count);
  const ufrags = await page.evaluate(() => peer.ufrags());
  // Messages while ICE restarts: none may be lost.
  await page.evaluate(async () => {
    let n = 0;
    const timer = setInterval(() => { n += 1; peer.channel.send(`during ${n}`); }, 5);
    await peer.signal({ iceRestart: true });
    await new Promise((resolve) => setTimeout(resolve, 300));
    clearInterval(timer);
    peer.channel.send(`that were ${n}`);
  });
  const [, sent] = await example.says(/^Message from DataChannel: 'that were (\d+)'$/m);
  check(example.count("DataChannel: 'during ") === Number(sent), `all ${sent} messages arrived`);
  const now = await page.evaluate(() => peer.ufrags());
  check(now.every((ufrag, i) => ufrag !== ufrags[i]), 'both sides have new ufrags');
  await until('its messages go on', async () => await count() > before);
  check((await page.evaluate(() => peer.state())).openCount === 1, 'the channel opened once');
  for (const line of ['Created peer connection', 'Received signaling request',
    'Received ICE restart signaling request', 'ICE Connection State has changed: checking',
    'Peer Connection State has changed: connected', 'Peer Connection connected!'])
    check(example.lines.includes(line), `it says "${line}"`);
  check(example.count('Set remote description') === 2 && example.count('Created and set answer') === 2,
    'two offers, two answers');
  check(/^\w+\.c:\d+ \[TRACE\] \d\d:\d\d:\d\d\.\d{6} - /m.test(example.output), 'the log has its form');
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
});
