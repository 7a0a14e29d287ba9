// SPDX-License-Identifier: LGPL-2.1-or-later
// The start of most browser tests: the demo, a browser, and a PagePeer in it as window.peer.
import { openPage } from './browser.mjs';
import { startBlankPage } from './blank.mjs';
import { Demo } from './demo.mjs';
import { until } from './check.mjs';

export async function openPeer(defer, ...options) {
  const demo = await Demo.start(defer, ...options);
  const page = await openPage(defer, await startBlankPage(defer, demo.url));
  await page.evaluate(() => { window.peer = new PagePeer(); });
  return { demo, page };
}

export async function untilConnected(page) {
  await until('the connection stands',
    async () => (await page.evaluate(() => peer.state())).connectionState === 'connected');
  await until('the data channel is open',
    async () => (await page.evaluate(() => peer.state())).channelState === 'open');
}
