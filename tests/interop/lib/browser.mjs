// SPDX-License-Identifier: LGPL-2.1-or-later
// Debian's browsers without a driver binary: Chromium, and Firefox over WebDriver BiDi. Camera and
// microphone are the browsers' own fakes.
import { existsSync } from 'node:fs';
import puppeteer from 'puppeteer-core';
import { Skip } from './check.mjs';

const browsers = {
  chromium: {
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream',
      '--autoplay-policy=no-user-gesture-required'],
  },
  firefox: {
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.peerconnection.ice.loopback': true,
      'media.autoplay.default': 0,
      'app.update.enabled': false,
    },
  },
};

/** A page at `url` in the browser that the command line names. Errors of its scripts are added to
 *  `errors`. `more` is for puppeteer.launch(). */
export async function openPage(defer, url, errors = [], more = {}) {
  const name = process.argv[2];
  const options = browsers[name];
  if (!options) throw new Error(`no such browser: ${name}`);
  if (!existsSync(options.executablePath)) throw new Skip(`${name} is not installed`);
  const browser = await puppeteer.launch({ headless: true, ...options, ...more });
  defer(() => browser.close());
  const page = await browser.newPage();
  page.on('console', (message) => console.log(`  page| ${message.text()}`));
  page.on('pageerror', (error) => {
    console.log(`  page| ${error.message}`);
    errors.push(error.message);
  });
  await page.goto(url);
  return page;
}
