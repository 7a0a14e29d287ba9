// SPDX-License-Identifier: LGPL-2.1-or-later
// A data channel that the browser makes: text reaches the demo, and its time reaches the browser.
import { check, run, until } from './lib/check.mjs';
import { openPeer, untilConnected } from './lib/page.mjs';

await run(async (defer) => {
  const { demo, page } = await openPeer(defer);
  await page.evaluate(() => peer.signal());
  await untilConnected(page);
  for (const text of ['Hello', 'Grüße 👋', 'x'.repeat(10000)]) {
    await page.evaluate((line) => peer.channel.send(line), text);
    await until(`the demo reads ${text.length} letters`,
      () => demo.output.includes(`Message from DataChannel: '${text.slice(0, 200)}'`));
  }
  await until('the browser reads two times',
    async () => (await page.evaluate(() => peer.messages.length)) >= 2);
  const [first] = await page.evaluate(() => peer.messages);
  check(!Number.isNaN(Date.parse(first)), `${first} is a time`);
});
