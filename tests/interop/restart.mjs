// SPDX-License-Identifier: LGPL-2.1-or-later
// ICE restarts from the browser, three times: both sides get new credentials, the connection
// stands, and the data channel goes on without opening again.
import { check, run, Skip, until } from './lib/check.mjs';
import { openPeer, untilConnected } from './lib/page.mjs';

await run(async (defer) => {
  if (process.env.RTC_PEER_ELEMENT === 'webrtcbin') throw new Skip('webrtcbin has no ICE restart');
  const { demo, page } = await openPeer(defer);
  await page.evaluate(() => peer.signal());
  await untilConnected(page);
  for (const round of [1, 2, 3]) {
    const before = await page.evaluate(() => peer.ufrags());
    await page.evaluate(() => peer.signal({ iceRestart: true }));
    const after = await page.evaluate(() => peer.ufrags());
    check(before[0] !== after[0] && before[1] !== after[1], 'both user names are new');
    await untilConnected(page);
    await page.evaluate((line) => peer.channel.send(line), `after restart ${round}`);
    await until('the demo reads a message', () => demo.output.includes(`'after restart ${round}'`));
  }
  const state = await page.evaluate(() => peer.state());
  check(state.openCount === 1, 'the channel opened once');
  const { messageCount } = state;
  await until('the browser reads on',
    async () => (await page.evaluate(() => peer.messages.length)) > messageCount);
});
