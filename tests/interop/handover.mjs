// SPDX-License-Identifier: LGPL-2.1-or-later
// The server's address changes while Chromium is connected: the server restarts ICE by itself, over
// the WebSocket, and packets travel to the new address. In a network namespace of its own, so it
// needs root.
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { openPage } from './lib/browser.mjs';
import { check, run, Skip, until } from './lib/check.mjs';
import { Launch, makeFolder } from './lib/launch.mjs';

const inside = 'RTC_INSIDE';
const script = await readFile(new URL('./lib/socketpeer.js', import.meta.url), 'utf8');

function ip(line) {
  const { status, stderr } = spawnSync('ip', line.split(' '), { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${line}: ${stderr}`);
}

// A browser without a permission takes the address of the default route only.
function setAddress(address, previous) {
  if (previous) ip(`addr del ${previous}/24 dev one`);
  ip(`addr add ${address}/24 dev one`);
  ip('route replace default via 10.77.1.254');
}

function makeNetwork() {
  ip('link set lo up');
  ip('link add one type veth peer name two');
  ip('link set one up');
  ip('link set two up');
  setAddress('10.77.1.1');
}

async function findRemote(page) {
  return page.evaluate(async () => {
    const stats = [...(await globalThis.peer.pc.getStats()).values()];
    const transport = stats.find(({ type }) => type === 'transport');
    const pair = stats.find(({ id }) => id === transport?.selectedCandidatePairId);
    return stats.find(({ id }) => id === pair?.remoteCandidateId)?.address;
  });
}

async function test(defer) {
  makeNetwork();
  const launch = await Launch.serve(defer, 'gst-launch-1.0 -m rtcsignaller session=rtcbin',
    await makeFolder(defer));
  const page = await openPage(defer, `${launch.url}style.css`);
  await page.evaluate(`${script}; globalThis.SocketPeer = SocketPeer;`);
  await page.evaluate(async (address) => {
    globalThis.peer = new SocketPeer(address, { isPerfect: true, isPolite: true });
    await globalThis.peer.opened;
    globalThis.peer.createChannel('data');
  }, `${launch.url.replace('http', 'ws')}polite`);
  const state = () => page.evaluate(() => globalThis.peer.state);
  const isOpen = async () => {
    const now = await state();
    if (now.error || now.closed) throw new Error(JSON.stringify(now));
    return now.connection === 'connected' && now.channels[0] === 'data open';
  };
  await until('connected, and the channel is open', isOpen);
  await until('packets go to the server\'s address', async () =>
    await findRemote(page) === '10.77.1.1');

  const before = await state();
  setAddress('10.77.1.9', '10.77.1.1');
  const changed = Date.now();
  await until('the server has offered a restart', async () => {
    const now = await state();
    return now.received.offers > before.received.offers && now.remote !== before.remote;
  });
  const took = Date.now() - changed;
  check(took <= 5000, `${took} ms after the change`);
  await until('packets go to its new address', async () => await findRemote(page) === '10.77.1.9');
  await until('the channel is still open', isOpen);
  await until('the server says why', () =>
    /restarting ICE, attempt 1: (the address in use is gone|there is a new address)/
      .test(launch.output));
  await until('and that it went well', () => /a new way was found after \d+ ms/.test(launch.output));
  check(await launch.stop() === 0, 'gst-launch-1.0 ended with 0');
}

if (process.env[inside]) {
  await run(test);
} else {
  await run(async () => {
    if (process.getuid() !== 0) throw new Skip('a network namespace needs root');
    if (spawnSync('unshare', ['-n', 'ip', 'link']).status !== 0)
      throw new Skip('no network namespace can be made');
    const { status } = spawnSync('unshare', ['-n', process.execPath, ...process.argv.slice(1)],
      { stdio: 'inherit', env: { ...process.env, [inside]: '1' } });
    if (status === 77) throw new Skip('see above');
    if (status !== 0) throw new Error(`the test ended with ${status}`);
  });
}
