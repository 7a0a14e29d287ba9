// SPDX-License-Identifier: LGPL-2.1-or-later
// The clients against a server of the Pion library, its own example of WHIP and WHEP, which go builds
// once: rtcwhipsink publishes, rtcwhepsrc watches, what is decoded is what was sent. It has a port of its
// own and a STUN server's name, so all is in a network namespace without a way out. Needs go, root.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { check, run, Skip, until } from './lib/check.mjs';
import { Example } from './lib/example.mjs';
import { Launch, makeFolder } from './lib/launch.mjs';

const VERSION = 'v4.1.4';
const URL = 'http://198.51.100.1:8080';
const folder = join(dirname(process.env.RTC_DEMO), `pion-${VERSION}`);
const program = join(folder, 'whip-whep');
const ENCODERS = ['x264enc tune=zerolatency key-int-max=30', 'openh264enc gop-size=30'];
const DECODERS = ['avdec_h264', 'openh264dec'];

function findElement(lines) {
  const line = lines.find((text) => spawnSync('gst-inspect-1.0', ['--exists', text.split(' ')[0]]).status === 0);
  if (!line) throw new Skip(`none of these is installed: ${lines.join(', ')}`);
  return line;
}

function build() {
  if (existsSync(program)) return;
  const { error, status, stderr } = spawnSync('go',
    ['install', `github.com/pion/webrtc/v4/examples/whip-whep@${VERSION}`],
    { encoding: 'utf8', env: { ...process.env, GOBIN: folder, GOFLAGS: '-buildvcs=false' } });
  if (error) throw new Skip('go is not installed');
  if (status !== 0) throw new Skip(`go cannot build it: ${stderr.trim().split('\n').pop()}`);
}

/** Runs this script again in a new network namespace that has one interface of its own. */
function enterNamespace() {
  const commands = 'ip link set lo up && ip link add net0 type veth peer name net1 && ip link set net0 up '
    + '&& ip link set net1 up && ip address add 198.51.100.1/24 dev net0';
  if (spawnSync('unshare', ['--net', 'sh', '-c', commands], { stdio: 'ignore' }).status !== 0)
    throw new Skip('a network namespace needs root');
  const { status } = spawnSync('unshare',
    ['--net', 'sh', '-c', `${commands} && exec "$@"`, 'sh', process.execPath, ...process.argv.slice(1)],
    { stdio: 'inherit', env: { ...process.env, RTC_IN_NAMESPACE: '1' } });
  process.exit(status ?? 1);
}

await run(async (defer) => {
  const encoder = findElement(ENCODERS);
  const decoder = findElement(DECODERS);
  if (!process.env.RTC_IN_NAMESPACE) {
    build();
    enterNamespace();
  }
  const place = await makeFolder(defer);
  const server = Example.start(defer, program);
  await server.says(/^Open http/m);
  const publisher = Launch.spawn(defer, 'gst-launch-1.0 videotestsrc is-live=true ! '
    + `video/x-raw,width=320,height=240,framerate=30/1 ! ${encoder} ! video/x-h264,profile=constrained-baseline `
    + `! rtcwhipsink name=w location=${URL}/whip audiotestsrc is-live=true ! opusenc ! w.`, place);
  await until('the publisher is connected', () => publisher.code !== undefined
    || /: connected/.test(publisher.output));
  const player = Launch.spawn(defer, `gst-launch-1.0 -v rtcwhepsrc name=w location=${URL}/whep `
    + `w. ! application/x-rtp,media=video ! rtph264depay ! ${decoder} ! fakesink name=picture silent=false `
    + 'w. ! application/x-rtp,media=audio ! rtpopusdepay ! opusdec ! fakesink name=sound silent=false', place);
  const count = (name) => player.output.split(`:${name}: last-message = chain`).length - 1;
  await until('60 pictures and sounds are decoded', () => player.code !== undefined
    || count('picture') >= 60 && count('sound') >= 60, 30000);
  check(/width=\(int\)320, height=\(int\)240/.test(player.output), 'they have the size of what was sent');
  check(player.code === undefined && publisher.code === undefined, 'both still run');
  check(await player.stop() === 0, `Ctrl-C ends the player well (${player.code})`);
  check(await publisher.stop() === 0, `Ctrl-C ends the publisher well (${publisher.code})`);
  check(server.code === undefined, 'the server still runs');
});
