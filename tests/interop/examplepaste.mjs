// SPDX-License-Identifier: LGPL-2.1-or-later
// examplepaste.mjs BROWSER ICE-RESTART: copy and paste between examples/pages/paste.html and a
// program. What is no offer gets a sentence and another prompt.
import { check, run, until } from './lib/check.mjs';
import { Example, openPastePage, pasteOffer } from './lib/example.mjs';

await run(async (defer) => {
  const example = Example.start(defer, process.argv[3], '--paste');
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
  await until('a line can be sent', () => page.$eval('#text', (text) => !text.disabled));
  await page.type('#text', 'pasted');
  await page.click('#send button');
  await example.says(/^Message from DataChannel: 'pasted'$/m);
  await until('its lines come',
    () => page.$eval('#log', ({ textContent }) => /data: \d{4}-\d\d-\d\d/.test(textContent)));
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
});
