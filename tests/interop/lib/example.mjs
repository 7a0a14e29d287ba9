// SPDX-License-Identifier: LGPL-2.1-or-later
// An example program as a child process: what it printed, its prompt, and Ctrl-C.
import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { openPage } from './browser.mjs';
import { until } from './check.mjs';

const pastePage = new URL('../../../examples/pages/paste.html', import.meta.url);

export class Example {
  /** `command` is a program, or a program and its arguments. */
  static start(defer, command, ...options) {
    const example = new Example();
    const [program, ...rest] = [command].flat();
    const name = basename(program);
    example.lines = [];
    example.output = '';
    example.child = spawn(program, [...rest, ...options], { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
    example.child.stdin.on('error', () => {});
    example.ended = new Promise((resolve) => example.child.once('close', (code, signal) => {
      example.code = code ?? signal;
      resolve(example.code);
    }));
    for (const stream of [example.child.stdout, example.child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => { example.output += text; });
      createInterface({ input: stream }).on('line', (line) => {
        example.lines.push(line);
        console.log(`  ${name}| ${line.slice(0, 160)}`);
      });
    }
    defer(() => example.child.kill('SIGKILL'));
    return example;
  }

  /** Starts it with HTTP on a free port; `url` is the page's. */
  static async serve(defer, command, ...options) {
    const example = Example.start(defer, command, '--http=:0', ...options);
    [, example.url] = await example.says(/^Open (http\S*[^/\s])/m);
    return example;
  }

  /** Waits until the output matches, and resolves to the match. */
  async says(pattern, limitMs = 20000) {
    return until(`it prints ${pattern}`, () => {
      const match = this.output.match(pattern);
      if (!match && this.code !== undefined) throw new Error(`it ended with ${this.code}`);
      return match;
    }, limitMs);
  }

  /** How often the output has it. */
  count(text) {
    return this.output.split(text).length - 1;
  }

  type(line) {
    this.child.stdin.write(`${line}\n`);
  }

  /** Sends a signal; resolves to the exit code. A program that does not end is killed. */
  async stop(signal = 'SIGINT') {
    this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 15000);
    const code = await this.ended;
    clearTimeout(timer);
    return code;
  }
}

/** examples/pages/paste.html with these boxes checked: data, see, hear, camera, microphone. */
export async function openPastePage(defer, ...wishes) {
  const page = await openPage(defer, pathToFileURL(fileURLToPath(pastePage)).href);
  await page.evaluate((names) => {
    for (const box of document.querySelectorAll('#wishes input')) box.checked = names.includes(box.id);
  }, wishes);
  return page;
}

async function readMine(page) {
  return until('the page has its line', () => page.$eval('#mine', ({ value }) => value));
}

/** The page offers, the example answers; waits until the page is connected. */
export async function pasteOffer(page, example) {
  await page.click('#offer');
  const offer = await readMine(page);
  await example.says(/Paste offer from browser and press Enter: /);
  example.type(offer);
  const [, answer] = await example.says(/^(eyJ[\w+/=]+)$/m);
  await page.$eval('#theirs', (area, text) => { area.value = text; }, answer);
  await page.click('#take');
  await until('the page is connected',
    () => page.$eval('#state', ({ textContent }) => textContent === 'connected'));
}

/** The example offers, the page answers. */
export async function pasteAnswer(page, example) {
  const [, offer] = await example.says(/^(eyJ[\w+/=]+)$/m);
  await page.$eval('#theirs', (area, text) => { area.value = text; }, offer);
  await page.click('#take');
  const answer = await readMine(page);
  await example.says(/Paste answer from browser and press Enter: /);
  example.type(answer);
  await until('the page is connected',
    () => page.$eval('#state', ({ textContent }) => textContent === 'connected'));
}
