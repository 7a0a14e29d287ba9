// SPDX-License-Identifier: LGPL-2.1-or-later
// A gst-launch-1.0 line as a child process, and the lines that README.md shows.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './check.mjs';

const readme = new URL('../../../README.md', import.meta.url);

/** The gst-launch-1.0 lines of README.md in their order, each as one line. */
export async function readLines() {
  const text = (await readFile(readme, 'utf8')).replace(/\\\n\s*/g, '');
  return [...text.matchAll(/^ {4}(gst-launch-1\.0 .*)$/gm)].map(([, line]) => line);
}

export async function makeFolder(defer) {
  const folder = await mkdtemp(join(tmpdir(), 'rtc-launch-'));
  defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export function findFreePort() {
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

export class Launch {
  /** Starts `line` in `folder`. `code` and `output` are of the program; `ended` resolves to `code`. */
  static spawn(defer, line, folder) {
    const launch = new Launch();
    console.log(`  ${line}`);
    launch.output = '';
    launch.child = spawn('sh', ['-c', `exec ${line}`],
      { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [launch.child.stdout, launch.child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => { launch.output += text; });
    }
    launch.ended = new Promise((resolve) => launch.child.once('close', (code, signal) => {
      launch.code = code ?? signal;
      console.log(`  it ended with ${launch.code}:\n${launch.output.replace(/^/gm, '  | ')}`);
      resolve(launch.code);
    }));
    defer(() => launch.child.kill('SIGKILL'));
    return launch;
  }

  /** Starts a line with rtcsignaller, which gets a free port, and waits until its page is there. */
  static async serve(defer, line, folder, port) {
    const number = port ?? await findFreePort();
    const launch = Launch.spawn(defer,
      line.replace(/\brtcsignaller\b/, `rtcsignaller port=${number}`), folder);
    launch.port = number;
    launch.url = `http://127.0.0.1:${number}/`;
    await until('it listens', () => launch.code !== undefined || answers(launch.url));
    if (launch.code !== undefined) throw new Error(`it ended with ${launch.code}\n${launch.output}`);
    return launch;
  }

  /** Sends a signal; resolves to the exit code. */
  async stop(signal = 'SIGINT') {
    this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 15000);
    const code = await this.ended;
    clearTimeout(timer);
    return code;
  }
}
