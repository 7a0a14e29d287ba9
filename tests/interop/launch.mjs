// SPDX-License-Identifier: LGPL-2.1-or-later
// The gst-launch-1.0 lines of README.md do what it says: launch.mjs BROWSER STORY, with the stories
// save, picture, many and mistakes. play.mjs has the line that plays a file, whip.mjs the one that relays,
// clients.mjs those of clients.
import { execFile } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openPage } from './lib/browser.mjs';
import { check, run, until } from './lib/check.mjs';
import { Launch, makeFolder, readLines } from './lib/launch.mjs';

const decoder = fileURLToPath(new URL('lib/decode.py', import.meta.url));

async function decode(path) {
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [decoder, path]);
  console.log(`  ${stdout.trim()}`);
  return JSON.parse(stdout);
}

async function untilConnected(page) {
  await until('the page is connected',
    () => page.$eval('#state', (state) => state.dataset.state === 'connected'));
}

async function untilVideo(page) {
  await until('the video runs',
    () => page.$eval('#video', (video) => video.videoWidth > 0 && video.currentTime > 1));
}

async function untilCameraSent(page) {
  await page.click('#camera');
  await until('two seconds of the camera are sent',
    () => page.$eval('#preview', (video) => video.currentTime > 2));
}

function checkProgress(launch) {
  for (const text of [`Open ${launch.url} in a browser`, 'Connecting to the peer',
    'Connected to the peer', 'Client 127.0.0.1: connected']) {
    check(launch.output.includes(text), `the terminal says "${text}"`);
  }
}

/** Every frame that is in the file now can be decoded, whatever comes behind. */
async function checkPart(folder) {
  const part = join(folder, 'part.ivf');
  await copyFile(join(folder, 'camera.ivf'), part);
  const { frames, decoded } = await decode(part);
  check(frames > 10 && frames === decoded, `the ${frames} frames so far can be decoded`);
  return frames;
}

async function checkWhole(folder) {
  const { frames, decoded, header_frames: counted, cut_off_bytes: rest } =
    await decode(join(folder, 'camera.ivf'));
  check(frames > 10 && frames === decoded, `all ${frames} frames can be decoded`);
  check(frames === counted && rest === 0, 'the file is complete');
  return frames;
}

async function startCamera(defer, lines, folder, page) {
  const launch = await Launch.serve(defer, lines.find((text) => text.includes('ivfmux')), folder);
  await page.goto(launch.url);
  await untilConnected(page);
  await untilCameraSent(page);
  return launch;
}

async function save(defer, lines, folder, page) {
  const stopped = await startCamera(defer, lines, folder, page);
  const before = await checkPart(folder);
  check(await stopped.stop() === 0, `Ctrl-C ends it well (${stopped.code})`);
  checkProgress(stopped);
  check(await checkWhole(folder) >= before, 'nothing is missing');

  const left = await startCamera(defer, lines, folder, page);
  await page.reload();
  check(await left.ended === 0, 'a page that goes away ends it well');
  await checkWhole(folder);

  const killed = await startCamera(defer, lines, folder, page);
  await killed.stop('SIGKILL');
  await checkPart(folder);
}

async function picture(defer, lines, folder, page) {
  const launch = await Launch.serve(defer,
    lines.find((text) => text.includes('videotestsrc') && !text.includes('session=')), folder);
  await page.goto(launch.url);
  await untilConnected(page);
  await untilVideo(page);
  await page.reload();
  await untilConnected(page);
  await untilVideo(page);
  check(await launch.stop() === 0, `Ctrl-C ends it well (${launch.code})`);
  checkProgress(launch);
}

async function many(defer, lines, folder, page) {
  const launch = await Launch.serve(defer, lines.find((text) => text.includes('session=')), folder);
  const pages = [page, await page.browser().newPage()];
  for (const one of pages) {
    await one.goto(launch.url);
    await untilConnected(one);
    await one.bringToFront();
    await untilVideo(one);
  }
  await pages[1].close();
  await page.bringToFront();
  const time = await page.$eval('#video', (video) => video.currentTime);
  await until('the first page plays on',
    () => page.$eval('#video', (video, past) => video.currentTime > past + 1, time));
  await page.reload();
  await untilConnected(page);
  await untilVideo(page);
  check(await launch.stop() === 0, `Ctrl-C ends it well (${launch.code})`);
}

async function mistakes(defer, lines, folder) {
  const line = lines.find((text) => text.includes('videotestsrc') && !text.includes('session='));
  const first = await Launch.serve(defer, line, folder);
  const rows = [
    ['a port that is taken', `rtcsignaller port=${first.port}`, /127\.0\.0\.1.*in use/i],
    ['an unknown property', 'rtcsignaller prot=8080', /no property "prot" in element "rtcsignaller/],
    ['an address of another machine', 'rtcsignaller port=0 address=203.0.113.7',
      /203\.0\.113\.7.*assign/i],
    ['a peer that is not there', 'rtcsignaller port=0 peer=nobody', /nobody/],
  ];
  for (const [name, wrong, expected] of rows) {
    const launch = Launch.spawn(defer, line.replace(/\brtcsignaller\b/, wrong), folder);
    const code = await launch.ended;
    check(code !== 0, `${name} is a failure (${code})`);
    check(expected.test(launch.output), `${name} is explained`);
  }
  check(await first.stop() === 0, 'the one that had the port goes on');
}

await run(async (defer) => {
  const stories = { save, picture, many, mistakes };
  const folder = await makeFolder(defer);
  const lines = await readLines();
  check(lines.length === 7, `README.md has ${lines.length} lines, each has its story`);
  const page = await openPage(defer, 'about:blank');
  await stories[process.argv[3]](defer, lines, folder, page);
});
