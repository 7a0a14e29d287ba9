// SPDX-License-Identifier: LGPL-2.1-or-later
// examplehttppost.mjs BROWSER PROGRAM: the page's buttons over HTTPS, a line for each frame, and the
// same certificate on the next run.
import { join } from 'node:path';
import { connect } from 'node:tls';
import { openPage } from './lib/browser.mjs';
import { check, run, until } from './lib/check.mjs';
import { Example } from './lib/example.mjs';
import { makeFolder } from './lib/launch.mjs';

function readFingerprint(url) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

function readFrames(example) {
  return [...example.output.matchAll(
    /^MediaData \{ mid: Mid\((\w+)\), pt: Pt\((\d+)\), time: MediaTime\((\d+), (\d+)\), len: (\d+) \}$/gm)]
    .map(([, ...values]) => values.map(Number))
    .map(([mid, pt, time, rate, length]) => ({ mid, pt, time, rate, length }));
}

await run(async (defer) => {
  const program = process.argv[3];
  const certificate = `--certificate=${join(await makeFolder(defer), 'http-post.pem')}`;
  const example = await Example.serve(defer, program, certificate);
  check(example.url.startsWith('https://'), 'it speaks HTTPS');
  const fingerprint = await readFingerprint(example.url);
  const page = await openPage(defer, example.url, [], { acceptInsecureCerts: true });
  for (const id of ['cam', 'mic', 'channel']) await page.click(`#${id}`);
  await until('camera and microphone are open',
    () => page.evaluate(() => pc.getTransceivers().length === 2));
  await page.click('#connect');
  await example.says(/^Data channel 'myChannel'-'\d+' open$/m);
  await example.says(/^Message from DataChannel: 'Counter 1'$/m);
  const count = (rate) => readFrames(example).filter((frame) => frame.rate === rate).length;
  await until('pictures come', () => count(90000) > 30);
  await until('sound comes', () => count(48000) > 50);
  const sent = await page.evaluate(async () => {
    const found = {};
    for (const report of (await pc.getStats()).values()) {
      if (report.type === 'outbound-rtp') found[report.kind] = { mid: report.mid,
        pt: Number((await pc.getStats()).get(report.codecId).payloadType), frames: report.framesEncoded };
    }
    return found;
  });
  const pictures = readFrames(example).filter((frame) => frame.rate === 90000);
  check(pictures.every(({ mid, pt }) => mid === Number(sent.video.mid) && pt === sent.video.pt),
    'each picture has the mid and the payload type that the browser sends');
  check(Math.abs(pictures.length - sent.video.frames) <= 15,
    `a line for each picture (${pictures.length} of ${sent.video.frames})`);
  check(pictures.every(({ time }, i) => i === 0 || ((time - pictures[i - 1].time) >>> 0) < 90000),
    'times go forward');
  check(pictures.every(({ length }) => length > 10), 'pictures have a length');
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
  const again = await Example.serve(defer, program, certificate);
  check(await readFingerprint(again.url) === fingerprint, 'the certificate has stayed');
  await again.stop();
});
