// SPDX-License-Identifier: LGPL-2.1-or-later
// The example programs with a browser: examples.mjs BROWSER COMMAND.... The page gets video, a line that
// it sends comes back in capital letters, and Ctrl-C ends the program well.
import { execFileSync } from 'node:child_process';
import { openPage } from './lib/browser.mjs';
import { check, run, until } from './lib/check.mjs';
import { Launch, makeFolder } from './lib/launch.mjs';

await run(async (defer) => {
  const command = process.argv.slice(3);
  const help = execFileSync(command[0], [...command.slice(1), '--help'], { encoding: 'utf8' });
  check(help.includes('--port'), '--help explains --port');
  const launch = Launch.spawn(defer, `${command.join(' ')} --port=0`, await makeFolder(defer));
  const [, url] = await until('it prints an address',
    () => launch.code === undefined && launch.output.match(/^Open (http\S+)/m));
  const page = await openPage(defer, url);
  await until('the video runs',
    () => page.$eval('#video', (video) => video.videoWidth > 0 && video.currentTime > 1));
  await until('a line can be sent', () => page.$eval('#text', (text) => !text.disabled));
  await page.type('#text', 'written by hand');
  await page.click('#send button');
  await until('the program reads it', () => launch.output.includes("'written by hand'"));
  await until('it comes back in capital letters',
    () => page.$eval('#messages', (list) => list.textContent.includes('WRITTEN BY HAND')));
  check(launch.output.includes('Connected'), 'the program says that it is connected');
  check(await launch.stop() === 0, `Ctrl-C ends it well (${launch.code})`);
});
