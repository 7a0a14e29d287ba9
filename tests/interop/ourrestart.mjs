// SPDX-License-Identifier: LGPL-2.1-or-later
// ICE restarts that rtcbin begins: ourrestart.mjs BROWSER ROLE STORY. ROLE is who made the first
// offer: offerer (rtcbin) or answerer. In the story "calm": twice in a row, then both sides at once,
// with either side giving way. In the story "failed": after both sides have failed, because nothing
// came through; this one runs in a network namespace of its own. All the while numbered messages
// and pictures flow both ways.
import { execFileSync, spawnSync } from 'node:child_process';
import { check, run, Skip, until } from './lib/check.mjs';
import { look, makeOffer, openLink, pageOffers, readCredentials, takeOffer, tellPage, untilFlowing,
  weOffer } from './lib/ourpeer.mjs';

const [, , , role = 'offerer', story = 'calm'] = process.argv;

/** Both sides have new user names and the certificates of before. */
async function checkRestarted(link, before, claim) {
  const after = await readCredentials(link);
  for (const side of [0, 1]) {
    check(after[side].ufrag !== before[side].ufrag, `${claim}: new user name`);
    check(after[side].fingerprint === before[side].fingerprint, `${claim}: same certificate`);
  }
}

async function checkFlow(link, claim, limitMs) {
  const { ours, theirs } = await untilFlowing(link, `${claim}: all flows`, await look(link), limitMs);
  console.log(`  ${JSON.stringify({ ours, theirs })}`);
  check(ours.faults === 0 && theirs.faults === 0, `${claim}: no message is lost or doubled`);
  check(ours.opened === 1 && theirs.opened === 1, `${claim}: the channel opened once`);
  return theirs;
}

async function restart(link, claim, negotiate) {
  const credentials = await readCredentials(link);
  await negotiate();
  await checkRestarted(link, credentials, claim);
  return checkFlow(link, claim);
}

/** Both have made a restart offer; the browser's goes nowhere. */
async function pageGivesWay(link) {
  await link.page.evaluate(() => window.link.describe({ iceRestart: true }));
  const answer = await tellPage(link, await makeOffer(link, { restart: true }));
  await link.peer.ask('take', answer);
}

/** Ours goes nowhere. */
async function weGiveWay(link) {
  await makeOffer(link, { restart: true });
  const offer = await link.page.evaluate(() => window.link.describe({ iceRestart: true }));
  await link.peer.ask('rollback');
  await tellPage(link, await takeOffer(link, offer));
}

async function calm(link) {
  const before = await look(link);
  const turns = [
    ['first restart', () => weOffer(link, { restart: true })],
    ['second restart', () => weOffer(link, { restart: true })],
    ['both at once, the page gives way', () => pageGivesWay(link)],
    ['both at once, we give way', () => weGiveWay(link)],
  ];
  for (const [claim, negotiate] of turns) await restart(link, claim, negotiate);
  const { theirs } = await look(link);
  console.log(`  freezes: ${theirs.freezes - before.theirs.freezes}, seconds: ${
    (theirs.freezeSeconds - before.theirs.freezeSeconds).toFixed(3)}`);
}

function block(isBlocked) {
  execFileSync('nft', isBlocked ? ['add', 'rule', 'inet', 'test', 'input', 'meta', 'l4proto', 'udp',
    'drop'] : ['flush', 'chain', 'inet', 'test', 'input']);
}

async function failed(link) {
  block(true);
  await until('both sides have failed', async () => link.peer.state('connection-state') === 'failed'
    && (await look(link)).theirs.state === 'failed', 60000);
  block(false);
  await restart(link, 'restart after failure', () => weOffer(link, { restart: true }));
}

/** Runs this script again in a new network namespace that has one interface of its own. */
function enterNamespace() {
  const commands = ['ip link set lo up', 'ip link add net0 type veth peer name net1',
    'ip link set net0 up', 'ip link set net1 up',
    'ip address add 198.51.100.1/24 dev net0', 'nft add table inet test',
    "nft 'add chain inet test input { type filter hook input priority 0; }'"];
  const shell = ['--net', 'sh', '-c'];
  if (spawnSync('unshare', [...shell, commands.join(' && ')], { stdio: 'ignore' }).status !== 0)
    throw new Skip('network namespaces and nft need root');
  const { status } = spawnSync('unshare',
    [...shell, `${commands.join(' && ')} && exec "$@"`, 'sh', process.execPath, ...process.argv.slice(1)],
    { stdio: 'inherit', env: { ...process.env, RTC_IN_NAMESPACE: '1' } });
  process.exit(status ?? 1);
}

await run(async (defer) => {
  if (process.env.RTC_PEER_ELEMENT === 'webrtcbin') throw new Skip('webrtcbin has no ICE restart');
  if (story === 'failed' && !process.env.RTC_IN_NAMESPACE) enterNamespace();
  const settings = story === 'failed' ? ['disconnected-timeout=5000', 'failed-timeout=8000'] : [];
  const link = await openLink(defer, role === 'offerer', ...settings);
  await (role === 'offerer' ? weOffer(link) : pageOffers(link));
  await untilFlowing(link, 'all flows');
  await { calm, failed }[story](link);
  check(await link.peer.stop() === 0, 'our program ends well');
});
