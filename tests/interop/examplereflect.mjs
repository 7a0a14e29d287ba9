// SPDX-License-Identifier: LGPL-2.1-or-later
// examplereflect.mjs BROWSER REFLECT: pages see their own camera and hear their own microphone, by copy
// and paste and two at once over HTTP; cameras are asked for key frames every two seconds.
import { openPage } from './lib/browser.mjs';
import { startBlankPage } from './lib/blank.mjs';
import { check, run, until } from './lib/check.mjs';
import { Example, openPastePage, pasteOffer } from './lib/example.mjs';
import { watchPicture, untilMoving } from './lib/picture.mjs';

const program = process.argv[3];

const count = (page, peer) => page.evaluate(async (name) => {
  const found = {};
  const connection = name === 'pc' ? pc : peer.connection;
  for (const report of (await connection.getStats()).values())
    if (/^(in|out)bound-rtp$/.test(report.type)) found[`${report.type.startsWith('in') ? 'in' : 'out'}${report.kind}`] = report;
  return found;
}, peer);

async function pasted(defer) {
  const example = Example.start(defer, program);
  const page = await openPastePage(defer, 'camera', 'microphone', 'see', 'hear');
  await pasteOffer(page, example);
  await watchPicture(page);
  const seen = await untilMoving(page, 0, 60);
  if (process.env.SCREENSHOT) await (await page.$('video')).screenshot({ path: process.env.SCREENSHOT });
  const { invideo, inaudio, outvideo, outaudio } = await count(page, 'pc');
  console.log(`  ${outvideo.packetsSent} packets of video went, ${invideo.packetsReceived} came back,`
    + ` ${outaudio.packetsSent} and ${inaudio.packetsReceived} of audio, ${outvideo.pliCount} requests`);
  check(seen.width >= 160 && seen.width === outvideo.frameWidth, 'the picture has the camera\'s size');
  check(invideo.packetsLost === 0 && inaudio.packetsLost === 0, 'no packet is missing');
  // What is under way: 200 ms in the jitter buffer, more when the machine is busy.
  check(invideo.packetsReceived > outvideo.packetsSent / 2, 'they all come back');
  check(inaudio.totalAudioEnergy > 0, 'there is sound');
  await until('it goes on asking for key frames',
    async () => (await count(page, 'pc')).outvideo.pliCount >= outvideo.pliCount + 2);
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
}

async function served(defer) {
  const example = await Example.serve(defer, program, '--video');
  const pages = [];
  for (let i = 0; i < 2; i += 1) {
    const page = await openPage(defer, await startBlankPage(defer, example.url));
    await page.evaluate(async () => {
      window.peer = new PagePeer();
      await peer.sendCamera();
      await peer.signal();
    });
    await watchPicture(page);
    pages.push(page);
  }
  for (const page of pages) {
    await untilMoving(page);
    check(!(await count(page, 'peer')).inaudio?.packetsReceived, '--video leaves sound out');
  }
  await pages[0].evaluate(() => peer.close());
  const before = (await pages[1].evaluate(() => window.watched[0].changes));
  await untilMoving(pages[1], 0, before + 20);
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
}

await run(async (defer) => {
  await pasted(defer);
  await served(defer);
});
