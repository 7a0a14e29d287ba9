// SPDX-License-Identifier: LGPL-2.1-or-later
// aiortc publishes by WHIP to README's line that relays, and two more aiortc watch by WHEP. The
// packets go through as they are, and the publisher is asked for a key frame no more than once a
// second, although one viewer asks twenty times.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Skip, check, run, until } from './lib/check.mjs';
import { Launch, makeFolder, readLines } from './lib/launch.mjs';

const script = fileURLToPath(new URL('peers/aiortc_whip_client.py', import.meta.url));

class Client {
  constructor(defer, role, url) {
    this.lines = new Map();
    this.packets = new Set();
    this.child = spawn('/usr/bin/python3', [script, role, url], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.ended = new Promise((resolve) => this.child.once('close', (code) => {
      this.code = code;
      resolve(code);
    }));
    createInterface({ input: this.child.stdout }).on('line', (line) => this.#take(line));
    defer(() => this.child.kill('SIGKILL'));
  }

  #take(line) {
    const [word, ...rest] = line.split(' ');
    if (word === 'skipped:') throw new Skip(rest.join(' '));
    if (word === 'packet') this.packets.add(rest[0]);
    if (!['packet', 'frame', 'keyframe'].includes(word)) console.log(`  ${line}`);
    this.lines.set(word, [...(this.lines.get(word) ?? []), rest.join(' ')]);
  }

  count(word) {
    return this.lines.get(word)?.length ?? 0;
  }

  leave() {
    this.child.stdin.end();
    return this.ended;
  }
}

const readMetric = async (launch, name) => {
  const text = await (await fetch(`${launch.url}metrics`)).text();
  return Number(text.match(new RegExp(`^${name} (-?\\d+)$`, 'm'))[1]);
};

await run(async (defer) => {
  const line = (await readLines()).find((text) => /rtcsignaller$/.test(text)
    && !text.includes('!'));
  const launch = await Launch.serve(defer, line, await makeFolder(defer));
  const viewer = new Client(defer, 'watch', `${launch.url}whep/stage`);
  const publisher = new Client(defer, 'publish', `${launch.url}whip/stage`);
  await until('the viewer sees the publisher', () => viewer.count('frame') >= 30
    || viewer.code === 77);
  if (viewer.code === 77) throw new Skip('aiortc is not installed');
  check(viewer.lines.get('frame').every((size) => size === '320 240'), 'its pictures are 320 x 240');

  const late = new Client(defer, 'watch', `${launch.url}whep/stage`);
  await until('a late viewer sees it, too', () => late.count('frame') >= 30);
  const before = { requests: publisher.count('keyframe'), time: Date.now() };
  const nagging = new Client(defer, 'nag', `${launch.url}whep/stage`);
  await until('a nagging viewer sees it, too', () => nagging.count('frame') >= 120);
  const requests = publisher.count('keyframe') - before.requests;
  const seconds = (Date.now() - before.time) / 1000;
  check(requests >= 2 && requests <= Math.ceil(seconds) + 1,
    `${requests} requests for key frames in ${seconds.toFixed(1)} seconds`);

  for (const [name, client] of Object.entries({ viewer, late, nagging })) {
    const foreign = [...client.packets].filter((sum) => !publisher.packets.has(sum));
    check(client.packets.size > 100 && foreign.length === 0,
      `the ${name}'s ${client.packets.size} packets are the publisher's, ${foreign.length} are not`);
  }
  const lost = await readMetric(launch, 'rtc_rtp_packets_lost');
  check(lost <= 0, `no packet was lost (${lost})`);
  check(await late.leave() === 0, 'the late viewer leaves');
  await until('three sessions are left', async () => await readMetric(launch, 'rtc_sessions') === 3);
  check(await publisher.leave() === 0, 'the publisher leaves');
  await until('all sessions end', async () => await readMetric(launch, 'rtc_sessions') === 0);
  check(await launch.stop() === 0, `Ctrl-C ends it well (${launch.code})`);
});
