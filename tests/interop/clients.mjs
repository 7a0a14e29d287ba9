// SPDX-License-Identifier: LGPL-2.1-or-later
// README.md's lines of the clients: rtcwhipsink publishes to the line that relays, playbin3 plays it
// by its URI, and Ctrl-C ends both well.
import { check, run, until } from './lib/check.mjs';
import { Launch, makeFolder, readLines } from './lib/launch.mjs';

const SINK = '"fakesink sync=true silent=false"';

const countFrames = (launch) => (launch.output.match(/last-message = chain/g) ?? []).length;

await run(async (defer) => {
  const lines = await readLines();
  const folder = await makeFolder(defer);
  const server = await Launch.serve(defer,
    lines.find((text) => /rtcsignaller$/.test(text) && !text.includes('!')), folder);
  const start = (name, change) => Launch.spawn(defer,
    change(lines.find((text) => text.includes(name))).replaceAll(':8080', `:${server.port}`), folder);

  const player = start('playbin3',
    (line) => line.replace('playbin3', `-v playbin3 video-sink=${SINK} audio-sink=${SINK}`));
  await until('the player waits for a publisher', () => /asking again in/.test(player.output));
  const publisher = start('rtcwhipsink', (line) => line);
  await until('30 pictures are played', () => player.code !== undefined || countFrames(player) >= 30);
  check(player.code === undefined, 'the player still runs');
  check(await player.stop() === 0, `Ctrl-C ends the player well (${player.code})`);
  check(await publisher.stop() === 0, `Ctrl-C ends the publisher well (${publisher.code})`);
  await until('the server knows that both have left',
    () => (server.output.match(/Session ended: the client left/g) ?? []).length === 2);
  check(await server.stop() === 0, `Ctrl-C ends the server well (${server.code})`);
});
