// SPDX-License-Identifier: LGPL-2.1-or-later
// The gst-launch-1.0 lines of README.md do what it says, one after the other in one folder, because
// one plays what another has saved.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openPage } from './lib/browser.mjs';
import { check, run, until } from './lib/check.mjs';

const readme = new URL('../../README.md', import.meta.url);
const decoder = fileURLToPath(new URL('lib/decode.py', import.meta.url));

async function readLines() {
  const text = (await readFile(readme, 'utf8')).replace(/\\\n\s*/g, '');
  return [...text.matchAll(/^ {4}(gst-launch-1\.0 .*)$/gm)].map(([, line]) => line);
}

function findFreePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** Starts a line as a person would, but on `port`; resolves to a function that stops it. */
async function launch(line, port, folder, defer) {
  const command = `exec ${line.replace(/\brtcsignaller\b/, `rtcsignaller port=${port}`)}`;
  console.log(`  ${command}`);
  const child = spawn('sh', ['-c', command], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  defer(() => child.kill('SIGKILL'));
  await until('it listens', () => answers(`http://127.0.0.1:${port}/`));
  return async () => {
    child.kill('SIGINT');
    await ended;
  };
}

async function saveCamera(page, folder) {
  await page.click('#camera');
  await until('the button changes',
    () => page.$eval('#camera', (button) => button.textContent.startsWith('Stop')));
  await until('two seconds are sent', () => page.$eval('#preview', (video) => video.currentTime > 2));
  return async () => {
    const { stdout } = await promisify(execFile)('/usr/bin/python3',
      [decoder, join(folder, 'camera.ivf')]);
    const { frames, decoded } = JSON.parse(stdout);
    check(frames > 10 && frames === decoded, `all ${frames} frames of camera.ivf can be decoded`);
  };
}

async function watchVideo(page) {
  await until('the video runs',
    () => page.$eval('#video', (video) => video.videoWidth > 0 && video.currentTime > 1));
  return () => {};
}

await run(async (defer) => {
  const folder = await mkdtemp(join(tmpdir(), 'rtc-readme-'));
  defer(() => rm(folder, { recursive: true, force: true }));
  const lines = await readLines();
  check(lines.length >= 4, `README.md has ${lines.length} lines to try`);
  const page = await openPage(defer, 'about:blank');
  for (const line of lines) {
    const port = await findFreePort();
    const stop = await launch(line, port, folder, defer);
    await page.goto(`http://127.0.0.1:${port}/`);
    await until('the page is connected',
      () => page.$eval('#state', (state) => state.dataset.state === 'connected'));
    const verify = await (line.includes('ivfmux') ? saveCamera(page, folder) : watchVideo(page));
    await stop();
    await verify();
  }
});
