// SPDX-License-Identifier: LGPL-2.1-or-later
// A publisher that leaves without a DELETE: farewell.mjs BROWSER [killed]. The page closes its
// RTCPeerConnection, loads anew, or its tab is closed: Chromium sends close_notify, so the session is
// over and its WHIP name free within 2 seconds. A tab's process is ended without more ado, so a page
// must close its connection on "pagehide", as the server's pages do. With "killed" nobody can say
// farewell, and ICE has to miss the browser; that is the slow way. And the page is told at once when
// the server stops.
import { openPage } from './lib/browser.mjs';
import { check, run, until } from './lib/check.mjs';
import { Launch, makeFolder } from './lib/launch.mjs';

const noticedMs = 2000;
const missedMs = 60000;
const isKilled = process.argv[3] === 'killed';

const count = (launch) => (launch.output.match(/Session ended: /g) ?? []).length;

async function publish() {
  const stream = await navigator.mediaDevices.getUserMedia({ video: true });
  globalThis.pc = new RTCPeerConnection();
  addEventListener('pagehide', () => globalThis.pc.close());
  stream.getTracks().forEach((track) => globalThis.pc.addTrack(track, stream));
  globalThis.pc.createDataChannel('data');
  await globalThis.pc.setLocalDescription();
  const response = await fetch('/whip/stage', {
    method: 'POST',
    headers: { 'content-type': 'application/sdp' },
    body: globalThis.pc.localDescription.sdp,
  });
  if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
  await globalThis.pc.setRemoteDescription({ type: 'answer', sdp: await response.text() });
}

async function openPublisher(defer, launch) {
  const connected = () => (launch.output.match(/: connected/g) ?? []).length;
  const before = connected();
  // Any document of the server's origin that runs no script of its own.
  const page = await openPage(defer, `${launch.url}style.css`);
  await page.evaluate(publish);
  await until('the publisher is connected', () => connected() > before);
  return page;
}

const ways = {
  'the page closes its connection': (page) => page.evaluate(() => globalThis.pc.close()),
  'the page loads anew': (page) => page.reload(),
  'the page goes elsewhere': (page) => page.goto('about:blank'),
  'the tab is closed': (page) => page.close(),
};

async function leave(defer, launch, way, go) {
  const page = await openPublisher(defer, launch);
  const before = count(launch);
  const start = Date.now();
  await go(page);
  await until(`${way}: the session has ended`, () => count(launch) > before, noticedMs);
  console.log(`  after ${Date.now() - start} ms`);
  check(/Session ended: the peer closed the connection\W*$/m.test(launch.output), 'it says why');
}

async function bePatient(defer, launch) {
  const page = await openPublisher(defer, launch);
  const start = Date.now();
  page.browser().process().kill('SIGKILL');
  await until('a killed browser is missed', () => count(launch) > 0, missedMs);
  console.log(`  after ${Date.now() - start} ms`);
}

async function stopServer(defer, launch) {
  const page = await openPublisher(defer, launch);
  await page.evaluate(() => {
    const { transport } = globalThis.pc.sctp;
    transport.addEventListener('statechange', () => { globalThis.dtls = transport.state; });
  });
  const ended = launch.stop();
  await until('the page knows that the server has closed',
    () => page.evaluate(() => globalThis.dtls === 'closed'), noticedMs);
  check(await ended === 0, `the server ends well (${launch.code})`);
}

await run(async (defer) => {
  const launch = await Launch.serve(defer, 'gst-launch-1.0 rtcsignaller', await makeFolder(defer));
  if (isKilled) {
    await bePatient(defer, launch);
    return;
  }
  for (const [way, go] of Object.entries(ways)) await leave(defer, launch, way, go);
  await stopServer(defer, launch);
});
