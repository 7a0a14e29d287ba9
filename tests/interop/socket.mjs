// SPDX-License-Identifier: LGPL-2.1-or-later
// A browser against rtcsignaller over a WebSocket: bare trickle, and perfect negotiation in which the
// page is polite or impolite and both sides offer at the same time, again and again. And the message
// relay over TLS.
import { readFile } from 'node:fs/promises';
import WebSocket from 'ws';
import { openPage } from './lib/browser.mjs';
import { check, run, until } from './lib/check.mjs';
import { Launch, makeFolder } from './lib/launch.mjs';

const form = process.argv[3];
const script = await readFile(new URL('./lib/socketpeer.js', import.meta.url), 'utf8');

const state = (page) => page.evaluate(() => globalThis.peer.state);

async function openPeer(defer, launch, path, options) {
  // Any document of the server's origin that runs no script of its own.
  const page = await openPage(defer, `${launch.url}style.css`);
  await page.evaluate(`${script}; globalThis.SocketPeer = SocketPeer;`);
  await page.evaluate(async (address, more) => {
    globalThis.peer = new SocketPeer(address, more);
    await globalThis.peer.opened;
  }, launch.url.replace('http', 'ws') + path, options);
  return page;
}

async function untilConnected(page, count) {
  await until(`connected, and ${count} channels are open`, async () => {
    const now = await state(page);
    if (now.error || now.closed) throw new Error(JSON.stringify(now));
    return now.connection === 'connected' && now.signaling === 'stable'
      && now.channels.filter((text) => text.endsWith(' open')).length === count;
  });
}

async function trickle(defer, launch) {
  const page = await openPeer(defer, launch, 'trickle', {});
  await page.evaluate(() => globalThis.peer.createChannel('data'));
  await untilConnected(page, 1);
  const { received, local } = await state(page);
  check(received.answers === 1 && received.offers === 0, 'one answer came');
  check(received.sdpCandidates + received.candidates > 0, 'and candidates');
  await page.evaluate(() => globalThis.peer.pc.restartIce());
  await until('the page has restarted ICE', async () => {
    const now = await state(page);
    return now.local !== local && now.signaling === 'stable' && now.connection === 'connected';
  });
  check((await state(page)).channels[0] === 'data open', 'the channel is still open');
}

async function negotiate(defer, launch, isPolite) {
  const page = await openPeer(defer, launch, isPolite ? 'polite' : 'impolite',
    { isPerfect: true, isPolite });
  const theirs = isPolite ? 'data-impolite' : 'data-polite';
  await page.evaluate(() => {
    globalThis.peer.say('connect');
    globalThis.peer.createChannel('data');
  });
  await untilConnected(page, 2);
  check((await state(page)).channels.includes(`${theirs} open`), 'the server has made a channel');

  // Both at once until they have met.
  let collisions = 0;
  for (let i = 0; i < 40 && collisions < 3; i += 1) {
    const { remote, local } = await state(page);
    await page.evaluate(() => {
      globalThis.peer.say('renegotiate');
      globalThis.peer.pc.restartIce();
    });
    await until('both sides have restarted ICE', async () => {
      const now = await state(page);
      if (now.error || now.closed) throw new Error(JSON.stringify(now));
      return now.remote !== remote && now.local !== local && now.signaling === 'stable';
    });
    const { ignoredOffers, rolledBack } = await state(page);
    collisions = isPolite ? rolledBack : ignoredOffers;
  }
  check(collisions >= 3, `${collisions} offers met and the right side gave way`);
  await untilConnected(page, 2);
  const { statuses } = await state(page);
  check(statuses.some((status) => status.state === 'connected'), 'a status message said so');
  const errors = statuses.filter((status) => status.state === 'error');
  check(errors.length === 0, `no error was told: ${errors.map(({ message }) => message).join(', ')}`);
}

/** Over TLS, in bursts, a message of every size keeps its place. */
async function relaySecurely(defer) {
  const launch = Launch.spawn(defer, 'gst-launch-1.0 rtcsignaller port=0 https=true',
    await makeFolder(defer));
  const [url] = await until('it listens', () => launch.output.match(/https:\/\/[\w.:]+\//));
  const open = async (id) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}relay/room`,
      { rejectUnauthorized: false });
    defer(() => socket.terminate());
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    socket.send(id);
    return socket;
  };
  const sizes = [];
  const receiver = await open('receiver');
  receiver.on('message', (data) => sizes.push(data.length));
  const sender = await open('sender');
  await until('both are registered', () => {
    receiver.send('ping');
    return new Promise((resolve) => {
      sender.once('message', () => resolve(true));
      setTimeout(() => resolve(false), 200);
    });
  });
  for (let i = 0; i < 90; i += 1) sender.send('x'.repeat(i * 500));
  await until('all 90 messages have come', () => sizes.length === 90);
  check(sizes.every((size, i) => size === i * 500), 'in their order');
  const left = await launch.stop();
  check(left === 0, 'gst-launch-1.0 ended with 0');
}

await run(async (defer) => {
  if (form === 'secure') {
    await relaySecurely(defer);
    return;
  }
  const launch = await Launch.serve(defer, 'gst-launch-1.0 rtcsignaller session=rtcbin',
    await makeFolder(defer));
  if (form === 'trickle') await trickle(defer, launch);
  else await negotiate(defer, launch, form === 'polite');
  const left = await launch.stop();
  check(left === 0, 'gst-launch-1.0 ended with 0');
});
