// SPDX-License-Identifier: LGPL-2.1-or-later
// The demo program as a child process: its address, what it printed, and the files it saved.
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from './check.mjs';

export class Demo {
  static async start(defer, ...options) {
    const demo = new Demo();
    demo.output = '';
    demo.folder = await mkdtemp(join(tmpdir(), 'rtc-interop-'));
    defer(() => rm(demo.folder, { recursive: true, force: true }));
    demo.child = spawn(process.env.RTC_DEMO, ['--port=0', `--output=${demo.folder}`,
      `--peer=${process.env.RTC_PEER_ELEMENT ?? 'rtcbin'}`, ...options],
    { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
    demo.ended = new Promise((resolve) => demo.child.once('exit', (code, signal) => {
      demo.code = code ?? signal;
      resolve(demo.code);
    }));
    for (const stream of [demo.child.stdout, demo.child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => { demo.output += text; });
      createInterface({ input: stream }).on('line', (line) => console.log(`  demo| ${line}`));
    }
    defer(() => demo.stop());
    await until('the demo listens', () => demo.code !== undefined
      || demo.output.includes('Press ctrl-c'));
    if (demo.code !== undefined) throw new Error(`the demo ended with ${demo.code}`);
    [, demo.url] = demo.output.match(/^Open (http\S*[^/\s])/m);
    return demo;
  }

  /** Ctrl-C; resolves to the exit code. A demo that does not end is killed. */
  async stop() {
    if (this.code !== undefined) return this.code;
    this.child.kill('SIGINT');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 15000);
    const code = await this.ended;
    clearTimeout(timer);
    return code;
  }

  /** The saved files with this suffix. */
  async files(suffix) {
    const names = await readdir(this.folder);
    return names.filter((name) => name.endsWith(suffix)).map((name) => join(this.folder, name));
  }
}
