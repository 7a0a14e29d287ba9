// SPDX-License-Identifier: LGPL-2.1-or-later
// exampletypes.mjs BROWSER PROGRAM: the switches of rtc-trickle for kinds of candidates. The program is
// in a network behind a NAT, the browser and a STUN and TURN server (coturn) are outside. Whatever kind
// is allowed alone is the only one that the page is told, the only one in use, and the one after ICE
// restarts. Needs root, ip, nft and turnserver.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPage } from './lib/browser.mjs';
import { check, run, Skip, until } from './lib/check.mjs';
import { Example } from './lib/example.mjs';

const OUTSIDE = '192.0.2.1';
const INSIDE = '192.0.2.2';
const NAT = '198.51.100.9';
const PORT = '3478';
const program = process.argv[3];
const inside = process.env.RTC_TEST_INSIDE;

const stories = [
  { kind: 'host', address: INSIDE, options: ['--enable-host'] },
  { kind: 'srflx', address: NAT, hasNat: true,
    options: ['--enable-srflx', `--stun-server=${OUTSIDE}:${PORT}`] },
  { kind: 'relay', address: OUTSIDE, hasNat: true,
    options: ['--enable-relay', `--turn-host=${OUTSIDE}`, `--turn-port=${PORT}`, '--turn-user=user=secret'] },
];

/** Runs this script again in the outer one of two new networks. */
function enterNetworks(defer) {
  const [outer, inner] = ['outer', 'inner'].map((side) => `rtc-types-${process.pid}-${side}`);
  const ip = (...words) => spawnSync('ip', words.join(' ').split(' '), { stdio: 'ignore' }).status === 0;
  defer(() => ip('netns delete', outer));
  defer(() => ip('netns delete', inner));
  const isMade = ip('netns add', outer) && ip('netns add', inner)
    && ip('link add net0 netns', outer, 'type veth peer name net0 netns', inner)
    && [[outer, OUTSIDE], [inner, INSIDE]].every(([name, address]) => ip('-n', name, 'link set lo up')
      && ip('-n', name, 'address add', `${address}/24 dev net0`) && ip('-n', name, 'link set net0 up'))
    && ip('-n', outer, 'route add default via', INSIDE)
    && ip('netns exec', inner, 'nft add table ip nat');
  if (!isMade) throw new Skip('network namespaces and nft need root');
  const { status } = spawnSync('ip', ['netns', 'exec', outer, process.execPath, ...process.argv.slice(1)],
    { stdio: 'inherit', env: { ...process.env, RTC_TEST_INSIDE: inner } });
  if (status === 77) throw new Skip('see above');
  check(status === 0, 'the test in the networks');
}

/** What goes out of the inner network has another address then. */
function setNat(isOn) {
  const nft = (line) => execFileSync('ip', ['netns', 'exec', inside, 'nft', line]);
  if (!isOn) return;
  nft('add chain ip nat out { type nat hook postrouting priority 100; }');
  nft(`add rule ip nat out oif net0 meta l4proto udp snat to ${NAT}`);
}

async function startServer(defer) {
  const folder = mkdtempSync(join(tmpdir(), 'rtc-types-'));
  defer(() => rmSync(folder, { recursive: true }));
  const server = spawn('turnserver', ['-n', `--listening-ip=${OUTSIDE}`, `--relay-ip=${OUTSIDE}`,
    `--listening-port=${PORT}`, '--lt-cred-mech', '--user=user:secret', '--realm=example.org', '--no-cli',
    '--no-tls', '--no-dtls', '--fingerprint', '--log-file=stdout', `--userdb=${join(folder, 'db')}`,
    `--pidfile=${join(folder, 'pid')}`], { stdio: 'ignore' });
  const ended = new Promise((resolve) => server.once('close', resolve));
  defer(async () => { server.kill('SIGKILL'); await ended; });
  const socket = createSocket('udp4');
  defer(() => socket.close());
  let isThere = false;
  socket.on('message', () => { isThere = true; });
  /* RFC 8489 §5: a Binding request. */
  const request = Buffer.concat([Buffer.from([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42]), Buffer.alloc(12, 1)]);
  await until('the STUN and TURN server answers', () => {
    socket.send(request, Number(PORT), OUTSIDE);
    return isThere;
  });
}

async function readRemote(page) {
  return page.evaluate(async () => {
    const stats = [...(await pc.getStats()).values()];
    const transport = stats.find(({ type }) => type === 'transport');
    const pair = stats.find(({ id }) => id === transport?.selectedCandidatePairId);
    return stats.find(({ id }) => id === pair?.remoteCandidateId);
  });
}

async function tell(defer, { kind, address, hasNat, options }) {
  console.log(`-- ${kind}`);
  setNat(hasNat);
  const example = Example.start(defer, ['ip', 'netns', 'exec', inside, program], `--http=${INSIDE}:0`,
    '--restart-after=2', ...options);
  const [, url] = await example.says(/^Open (http\S*[^/\s])/m);
  const errors = [];
  /* A name of mDNS could not be resolved, so the program could not make its NAT let the browser in. */
  const page = await openPage(defer, url, errors, { args: ['--no-sandbox', '--disable-gpu', '--no-first-run',
    '--disable-features=WebRtcHideLocalIpsWithMdns'] });
  const read = (selector) => page.$eval(selector, ({ textContent }) => textContent);
  await until('messages come', async () => (await read('#messages')).length > 0);
  const remote = await until('a pair is selected', () => readRemote(page));
  check(remote.address === address && (hasNat && kind === 'srflx' || remote.candidateType === kind),
    `packets go to ${address}: ${remote.candidateType} ${remote.address}`);
  await until('ICE is restarted', async () => Number(await read('#restarts')) >= 1);
  await until('messages come again', async () => /connected|completed/.test(await read('#state')));
  const found = example.lines.filter((line) => line.startsWith('Found a candidate: '));
  check(found.length >= 2 && found.every((line) => line.endsWith(` ${kind}`)), `only ${kind} is found`);
  const told = await page.$$eval('#remote li', (items) => items.map(({ textContent }) => textContent));
  check(told.length >= 2 && told.every((line) => line.includes(` typ ${kind}`)), `only ${kind} is told`);
  check(kind === 'host' || told.every((line) => !line.includes(INSIDE)), 'the own address is not told');
  check(errors.length === 0 && await read('#problem') === '', 'the page has no problem');
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
}

await run(async (defer) => {
  if (!inside) {
    if (spawnSync('turnserver', ['--version'], { stdio: 'ignore' }).error)
      throw new Skip('turnserver (package coturn) is not installed');
    enterNetworks(defer);
    return;
  }
  const wrong = spawnSync(program, ['--enable-srflx'], { encoding: 'utf8' });
  check(wrong.status === 2 && /--stun-server HOST:PORT/.test(wrong.stderr), 'srflx needs a STUN server');
  await startServer(defer);
  for (const story of stories) await tell(defer, story);
});
