// SPDX-License-Identifier: LGPL-2.1-or-later
// exampledata.mjs BROWSER PROGRAM: the program offers, and closes its channel after two messages; it
// answers, and sends back texts and bytes; and it answers POST /offer and /candidate.
import { openPage } from './lib/browser.mjs';
import { startBlankPage } from './lib/blank.mjs';
import { check, run, until } from './lib/check.mjs';
import { Example, openPastePage, pasteAnswer, pasteOffer } from './lib/example.mjs';

const readLog = (page) => page.$eval('#log', ({ textContent }) => textContent);

async function testCreate(defer, program) {
  const example = Example.start(defer, program, '--create', '--close-after=2');
  const page = await openPastePage(defer);
  await pasteAnswer(page, example);
  await example.says(/^Data channel 'data'-'\d+' open\. Random messages will now be sent every 5 seconds$/m);
  const [, text] = await example.says(/^Sending '([a-z]{15})'$/m);
  await until('it comes to the page', async () => (await readLog(page)).includes(`data: ${text}`));
  await page.type('#text', 'from the page');
  await page.click('#send button');
  await example.says(/^Message from DataChannel: 'from the page'$/m);
  await example.says(/^Sent 2 messages, closing the channel$/m);
  await example.says(/^Data channel 'data'-'\d+' closed$/m);
  await until('the channel is closed at the page, too', async () => (await readLog(page)).includes('data: closed'));
  check((await readLog(page)).match(/data: [a-z]{15}/g).length === 2, 'both messages came before');
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
}

async function testEcho(defer, program) {
  const example = Example.start(defer, program, '--echo');
  const page = await openPastePage(defer, 'data');
  await pasteOffer(page, example);
  await example.says(/^Data channel 'data'-'\d+' open$/m);
  const echoes = await page.evaluate(async () => {
    const [channel] = channels;
    const replies = [];
    channel.binaryType = 'arraybuffer';
    const done = new Promise((resolve) => {
      channel.onmessage = ({ data }) => replies.push(data) === 4 && resolve();
    });
    for (const message of ['text', '', 'Grüße', new Uint8Array(100000).fill(7)]) channel.send(message);
    await done;
    return replies.map((data) => (typeof data === 'string' ? data
      : data.byteLength === 100000 && new Uint8Array(data).every((byte) => byte === 7)));
  });
  check(JSON.stringify(echoes) === '["text","","Grüße",true]', `what was sent comes back (${echoes})`);
  await example.says(/^Message from DataChannel: 100000 bytes$/m);
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
}

async function testSimple(defer, program) {
  const example = await Example.serve(defer, program, '--echo');
  const page = await openPage(defer, await startBlankPage(defer, example.url));
  const reply = await page.evaluate(async () => {
    const pc = new RTCPeerConnection();
    const channel = pc.createDataChannel('data');
    const post = (path, body) => fetch(path, { method: 'POST',
      headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    pc.onicecandidate = ({ candidate }) => candidate && post('/candidate', candidate);
    await pc.setLocalDescription();
    await pc.setRemoteDescription(await (await post('/offer', pc.localDescription)).json());
    await new Promise((resolve) => { channel.onopen = resolve; });
    channel.send('simple');
    return new Promise((resolve) => { channel.onmessage = ({ data }) => resolve(data); });
  });
  check(reply === 'simple', 'over HTTP, too');
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
}

await run(async (defer) => {
  const program = process.argv[3];
  await Promise.all([testCreate, testEcho, testSimple].map((test) => test(defer, program)));
});
