// SPDX-License-Identifier: LGPL-2.1-or-later
// exampleclients.mjs sdp CLIENT SERVER, or whip PUBLISHER PLAYER: the example programs that are clients,
// against rtc-sdp-server and against the line that relays.
import { check, run, until } from './lib/check.mjs';
import { Example } from './lib/example.mjs';
import { Launch, makeFolder } from './lib/launch.mjs';

async function sdp(defer, client, server) {
  const serving = await Example.serve(defer, server);
  const all = Example.start(defer, client, serving.url);
  await all.ended;
  check(all.code === 0, `all stories go well (${all.code})`);
  check(all.count('connected') === 7, 'every session was connected');
  check(/Server error: .*\(code: 400\)/.test(all.output), 'errors say what the server says');
  check(/concurrent-session-2/.test(all.output), 'three sessions at once');
  const nobody = Example.start(defer, client, '--story', 'basic', 'http://127.0.0.1:1');
  await nobody.ended;
  check(nobody.code === 1 && /127\.0\.0\.1:1/.test(nobody.output), 'no server is a failure in words');
  check(await serving.stop() === 0, 'Ctrl-C ends the server well');
}

async function whip(defer, publish, play) {
  const server = await Launch.serve(defer, 'gst-launch-1.0 rtcsignaller', await makeFolder(defer));
  const publisher = Example.start(defer, publish, '--restart', '3', `${server.url}whip/demo`);
  const player = Example.start(defer, play, '--count', '--restart', '3', `${server.url}whep/demo`);
  await player.says(/^[1-9]\d+ pictures, [1-9]\d+ sounds$/m);
  await publisher.says(/ICE restarted/);
  await player.says(/ICE restarted/);
  const before = Number(player.output.match(/(\d+) pictures, \d+ sounds\n$/)?.[1] ?? 0);
  await until('pictures go on after the restarts',
    () => player.output.split('\n').some((line) => Number(line.match(/^(\d+) pictures/)?.[1] ?? 0) > before + 30));
  check(await player.stop() === 0, `Ctrl-C ends the player well (${player.code})`);
  check(await publisher.stop() === 0, `Ctrl-C ends the publisher well (${publisher.code})`);
  await until('the server knows that both have left',
    () => (server.output.match(/Session ended: the client left/g) ?? []).length === 2);
}

async function help(defer, program) {
  const example = Example.start(defer, program, '--help');
  await example.ended;
  check(example.code === 0 && /Usage:/.test(example.output), '--help helps');
  const wrong = Example.start(defer, program, 'a', 'b', 'c');
  await wrong.ended;
  check(wrong.code === 2 && /see --help/.test(wrong.output), 'too much is explained');
}

await run(async (defer) => {
  const [story, first, second] = process.argv.slice(2);
  await help(defer, first);
  await { sdp, whip }[story](defer, first, second);
});
