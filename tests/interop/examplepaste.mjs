// SPDX-License-Identifier: LGPL-2.1-or-later
// examplepaste.mjs BROWSER ICE-RESTART: copy and paste between examples/pages/paste.html and a
// program: from a pipe, with mistakes; in a terminal, an offer longer than its lines; from a file.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check, run, until } from './lib/check.mjs';
import { Example, openPastePage, pasteOffer } from './lib/example.mjs';
import { makeFolder } from './lib/launch.mjs';

const terminal = ['/usr/bin/python3', fileURLToPath(new URL('lib/terminal.py', import.meta.url))];

/** Lines both ways, and the end. */
async function talk(page, example) {
  await until('a line can be sent', () => page.$eval('#text', (text) => !text.disabled));
  await page.type('#text', 'pasted');
  await page.click('#send button');
  await example.says(/^Message from DataChannel: 'pasted'$/m);
  await until('its lines come',
    () => page.$eval('#log', ({ textContent }) => /data: \d{4}-\d\d-\d\d/.test(textContent)));
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
}

async function testPipe(defer, program) {
  const example = Example.start(defer, program, '--paste');
  const page = await openPastePage(defer, 'data');
  await example.says(/Paste offer from browser and press Enter: /);
  example.type('this is nothing');
  await example.says(/this is no session description/);
  example.type(Buffer.from('{"type":"answer","sdp":"v=0\\r\\n"}').toString('base64'));
  await example.says(/this is an answer, not an offer/);
  await pasteOffer(page, example);
  await example.says(/Offer received: v=0/);
  await example.says(/^answer created: v=0/m);
  await example.says(/^listening \S+:\d+\.\.\.$/m);
  check(/^a=setup:passive/m.test(example.output), 'it answers as DTLS server');
  await example.says(/^ICE Connection State has changed: (connected|completed)$/m);
  await example.says(/^Peer Connection State has changed: connected$/m);
  await talk(page, example);
}

async function testTerminal(defer, program) {
  const example = Example.start(defer, [...terminal, program], '--paste');
  const page = await openPastePage(defer, 'data', 'see', 'hear', 'camera', 'microphone');
  await pasteOffer(page, example);
  const length = await page.$eval('#mine', ({ value }) => value.length);
  check(length > 4096, `an offer of ${length} characters`);
  await talk(page, example);
}

async function testFile(defer, program) {
  const folder = await makeFolder(defer);
  const [file, log] = [join(folder, 'offer'), join(folder, 'log')];
  const page = await openPastePage(defer, 'data');
  await page.click('#offer');
  await writeFile(file, await until('the page has its line', () => page.$eval('#mine', ({ value }) => value)));
  const example = Example.start(defer, program, '-c', '-i', file, '-d', '-o', log);
  const [, answer] = await example.says(/^(eyJ[\w+/=]+)$/m);
  check(JSON.parse(Buffer.from(answer, 'base64')).sdp.includes('a=setup:active'), 'it answers as DTLS client');
  await page.$eval('#theirs', (area, text) => { area.value = text; }, answer);
  await page.click('#take');
  await talk(page, example);
  check(/\[INFO\]|\[TRACE\]/.test(await readFile(log, 'utf8')), 'the log is in its file');
  const missing = Example.start(defer, program, '-i', join(folder, 'nothing'));
  check(await missing.ended === 2 && missing.output.includes('not there'), 'without the file it says so');
}

await run(async (defer) => {
  const program = process.argv[3];
  await Promise.all([testPipe, testTerminal, testFile].map((test) => test(defer, program)));
});
