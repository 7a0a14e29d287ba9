// SPDX-License-Identifier: LGPL-2.1-or-later
// README.md's lines of the clients: rtcwhipsink publishes to the line that relays, playbin3 plays it
// by its URI, and Ctrl-C ends both well. With "again", the publisher leaves and comes back: the player
// goes on, and -e completes a recording.
import { check, run, until } from './lib/check.mjs';
import { Launch, makeFolder, readLines } from './lib/launch.mjs';

const SINK = '"fakesink sync=true silent=false"';

const countFrames = (launch) => (launch.output.match(/last-message = chain/g) ?? []).length;

const RECORDING = 'gst-launch-1.0 -e rtcwhepsrc location=http://127.0.0.1:8080/whep/NAME ! rtpvp8depay ! '
  + 'ivfmux ! filesink location=whep.ivf';

async function publishAndPlay(start) {
  const player = start('playbin3');
  await until('the player waits for a publisher', () => /asking again in/.test(player.output));
  const publisher = start('rtcwhipsink');
  await until('30 pictures are played', () => player.code !== undefined || countFrames(player) >= 30);
  check(player.code === undefined, 'the player still runs');
  return { player, publisher };
}

async function comeBack(start, publisher, player) {
  const recorder = start(RECORDING);
  await until('the recorder is connected', () => /: connected/.test(recorder.output));
  check(await publisher.stop() === 0, 'the publisher leaves');
  const again = start('rtcwhipsink');
  const before = countFrames(player);
  await until('the player goes on', () => countFrames(player) >= before + 30, 40000);
  check(await recorder.stop() === 0, `Ctrl-C completes the recording (${recorder.code})`);
  return again;
}

await run(async (defer) => {
  const lines = await readLines();
  const folder = await makeFolder(defer);
  const server = await Launch.serve(defer,
    lines.find((text) => /rtcsignaller$/.test(text) && !text.includes('!')), folder);
  const start = (name) => Launch.spawn(defer, (lines.find((text) => text.includes(name)) ?? name)
    .replace('playbin3', `-v playbin3 video-sink=${SINK} audio-sink=${SINK}`)
    .replaceAll(':8080', `:${server.port}`), folder);

  const { player, publisher } = await publishAndPlay(start);
  const last = process.argv[2] === 'again' ? await comeBack(start, publisher, player) : publisher;
  check(await player.stop() === 0, `Ctrl-C ends the player well (${player.code})`);
  check(await last.stop() === 0, `Ctrl-C ends the publisher well (${last.code})`);
  await until('the server knows that all have left',
    () => (server.output.match(/Session ended: the (client left|peer closed)/g) ?? []).length >= 2);
  check(await server.stop() === 0, `Ctrl-C ends the server well (${server.code})`);
});
