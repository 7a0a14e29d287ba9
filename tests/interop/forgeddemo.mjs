// SPDX-License-Identifier: LGPL-2.1-or-later
// The page's offer to the demo names another certificate: nothing opens, and the demo says why.
import { check, run, until } from './lib/check.mjs';
import { openPeer } from './lib/page.mjs';

await run(async (defer) => {
  const { demo, page } = await openPeer(defer);
  await page.evaluate(async () => {
    peer.receiveMedia();
    const create = peer.connection.createOffer.bind(peer.connection);
    const set = peer.connection.setLocalDescription.bind(peer.connection);
    peer.connection.createOffer = async () => {
      const { type, sdp } = await create();
      await set({ type, sdp });
      return { type, sdp: sdp.replace(/^(a=fingerprint:.*)([0-9A-F]{2})\r$/gm,
        (line, start, byte) => `${start}${byte === '00' ? '01' : '00'}\r`) };
    };
    peer.connection.setLocalDescription = async () => {};
    await peer.signal();
  });
  await until('the page has failed',
    async () => (await page.evaluate(() => peer.state())).connectionState === 'failed', 35000);
  await until('the demo says why', () => /fingerprint/i.test(demo.output));
  check(!demo.output.includes("Data channel 'data'"), 'the demo saw no channel');
  const state = await page.evaluate(() => peer.state());
  check(state.openCount === 0 && state.messageCount === 0, 'the page saw no channel');
  check(await page.evaluate(() => peer.statistic('inbound-rtp', 'video', 'framesDecoded')) === 0,
    'no picture was decoded');
});
