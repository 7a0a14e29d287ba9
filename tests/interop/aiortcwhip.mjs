// SPDX-License-Identifier: LGPL-2.1-or-later
// The clients against a server that we did not write, aiortc behind aiohttp, which takes requests by
// the letter: aiortcwhip.mjs STORY.
import { fileURLToPath } from 'node:url';
import { check, run, until } from './lib/check.mjs';
import { Launch, makeFolder } from './lib/launch.mjs';

const script = fileURLToPath(new URL('peers/aiortc_whip_server.py', import.meta.url));
const PICTURE = 'videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=30/1 ! '
  + 'vp8enc deadline=1 ! rtpvp8pay';
const SOUND = 'audiotestsrc is-live=true ! opusenc ! rtpopuspay';
const COUNTED = 'rtpvp8depay ! vp8dec ! fakesink sync=false silent=false';
const ROLE = 'rtcsignaller role=client token=secret';

const countFrames = (launch) => (launch.output.match(/last-message = chain/g) ?? []).length;

/** Each: the line, what the server must say, in any order, and what the client must. */
const stories = {
  publish: {
    line: (url) => `gst-launch-1.0 ${PICTURE} ! rtcwhipsink name=w location=${url}/moved/busy/whip `
      + `token=secret ${SOUND} ! w.`,
    server: [/^busy$/m, /^again$/m, /^created 1$/m, /^received video$/m, /^received audio$/m],
    session: true,
  },
  watch: {
    line: (url) => `gst-launch-1.0 -v rtcwhepsrc location=${url}/whep token=secret ! ${COUNTED}`,
    server: [/^created 1$/m, /^state 1 connected$/m],
    frames: 20,
    session: true,
  },
  counter: {
    line: (url) => `gst-launch-1.0 -v rtcwhepsrc location=${url}/counter/whep token=secret ! ${COUNTED}`,
    server: [/^countered 1$/m, /^answered 1$/m, /^state 1 connected$/m],
    frames: 20,
    session: true,
  },
  webrtcbin: {
    line: (url) => `gst-launch-1.0 ${PICTURE} ! application/x-rtp,media=video,encoding-name=VP8,payload=96 `
      + `! webrtcbin ${ROLE} dialect=whip url=${url}/whip`,
    server: [/^created 1$/m, /^received video$/m],
    session: true,
  },
  json: {
    line: (url) => `gst-launch-1.0 rtcbin rtcsignaller role=client url=${url}/offer`,
    server: [/^state 1 connected$/m, /^channel data$/m],
  },
  refused: {
    line: (url) => `gst-launch-1.0 ${PICTURE} ! rtcwhipsink location=${url}/whip`,
    server: [],
    error: /status 401: the server wants a token; set the property token/,
  },
};

await run(async (defer) => {
  const story = stories[process.argv[2]];
  const folder = await makeFolder(defer);
  const server = Launch.spawn(defer, `/usr/bin/python3 ${script}`, folder);
  await until('the server listens', () => server.code !== undefined || /^port \d+$/m.test(server.output));
  if (server.code === 77) process.exit(77);
  const [, port] = server.output.match(/^port (\d+)$/m);

  const client = Launch.spawn(defer, story.line(`http://127.0.0.1:${port}`), folder);
  const isOver = () => client.code !== undefined || /^violation/m.test(server.output);
  if (story.error) {
    check(await client.ended !== 0, 'the client ends with a failure');
    check(story.error.test(client.output), 'and says what to do');
    return;
  }
  for (const expected of story.server) {
    await until(`the server says ${expected}`, () => isOver() || expected.test(server.output));
  }
  if (story.frames) {
    await until(`${story.frames} pictures are decoded`,
      () => isOver() || countFrames(client) >= story.frames);
  }
  check(!/^violation/m.test(server.output), 'the client broke no rule');
  check(client.code === undefined, 'the client still runs');
  check(await client.stop() === 0, `Ctrl-C ends the client well (${client.code})`);
  if (story.session) {
    await until('the server was told of the end', () => /^deleted 1$/m.test(server.output));
  }
  check(!/^violation/m.test(server.output), 'the client broke no rule at the end');
});
