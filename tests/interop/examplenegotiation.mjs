// SPDX-License-Identifier: LGPL-2.1-or-later
// examplenegotiation.mjs BROWSER PROGRAM: the polite and the impolite page, with buttons that make
// both sides offer at once, and a page that loses its WebSocket and comes back.
import { connect, createServer } from 'node:net';
import { openPage } from './lib/browser.mjs';
import { check, run, until } from './lib/check.mjs';
import { Example } from './lib/example.mjs';

/** A way to the server that can be cut; resolves to its address and a function that cuts it. */
async function startWay(defer, target) {
  const sockets = new Set();
  const server = createServer((inner) => {
    const outer = connect(Number(target.port), target.hostname);
    for (const [from, to] of [[inner, outer], [outer, inner]]) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => { sockets.delete(from); to.destroy(); });
      from.pipe(to);
    }
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const cut = () => { for (const socket of sockets) socket.resetAndDestroy(); };
  defer(() => { cut(); server.close(); });
  return { url: `http://127.0.0.1:${server.address().port}`, cut };
}

async function loseSocket(page, way, count) {
  const before = await count('Answer taken');
  way.cut();
  await until('the page has lost its WebSocket', async () => await count('The WebSocket is lost') === 1);
  await until('the page is back', async () => await count('The WebSocket is back') === 1);
  await until('the session goes on', async () => await count('Answer taken') > before);
  check(await page.$eval('#state', ({ dataset }) => dataset.state) === 'connected', 'and is connected');
}

async function negotiate(defer, example, role) {
  const way = await startWay(defer, new URL(example.url));
  const page = await openPage(defer, `${way.url}/${role}`);
  const lines = () => page.$$eval('#log li', (items) => items.map(({ textContent }) => textContent));
  const count = async (text) => (await lines()).filter((line) => line.includes(text)).length;
  await until(`${role}: the page is ready`, () => page.$eval('#connect', ({ disabled }) => !disabled));
  await page.click('#connect');
  await until(`${role}: both channels are open`, async () => await count(' is open') === 2);
  const met = role === 'polite' ? 'ours is taken back' : 'theirs is ignored';
  for (let i = 0; i < 40 && await count(met) < 2; i += 1) {
    const before = await count('taken');
    await page.click('#renegotiate');
    await until(`${role}: negotiated`, async () => await count('taken') > before);
  }
  check(await count(met) >= 2, `${role}: offers have met`);
  await page.type('#text', 'hello');
  await page.click('#send');
  await until(`${role}: the answer has come`, async () => await count('Received: HELLO') === 1);
  await example.says(/^Message from the page: 'hello'$/m);
  await until(`${role}: connected`, () => page.$eval('#state', ({ dataset }) => dataset.state === 'connected'));
  await loseSocket(page, way, count);
  check(await count('Error') === 0 && await count('has closed') === 0, `${role}: no error was shown`);
}

await run(async (defer) => {
  const example = await Example.serve(defer, process.argv[3]);
  example.url = example.url.replace(/\/$/, '');
  await negotiate(defer, example, 'polite');
  await negotiate(defer, example, 'impolite');
  check(example.count('Sending offer') > 0 && example.count('Received offer') > 0,
    'both sides have offered');
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
});
