// SPDX-License-Identifier: LGPL-2.1-or-later
// WHIP and WHEP in Chromium with clients that others wrote: one page publishes its camera, another
// one watches it, ICE restarts by PATCH on both sides, and the publisher's end ends the viewer.
import { openPage } from './lib/browser.mjs';
import { bundle } from './lib/bundle.mjs';
import { check, run, until } from './lib/check.mjs';
import { Launch, makeFolder, readLines } from './lib/launch.mjs';

/** Keeps the page's peer connection and what the server said of its session. */
function watchClients() {
  const { RTCPeerConnection: Connection, fetch: original } = globalThis;
  globalThis.RTCPeerConnection = function RTCPeerConnection(...args) {
    globalThis.pc = new Connection(...args);
    return globalThis.pc;
  };
  globalThis.fetch = async (...args) => {
    const response = await original(...args);
    if (response.status === 201) {
      globalThis.session = new URL(response.headers.get('location'), response.url).href;
      globalThis.etag = response.headers.get('etag');
    }
    return response;
  };
}

async function openClient(defer, launch, script) {
  // Any document of the server's origin that runs no script of its own.
  const page = await openPage(defer, `${launch.url}style.css`);
  await page.evaluate(watchClients);
  await page.evaluate(script);
  return page;
}

const isConnected = (page) => page.evaluate(
  () => globalThis.pc?.connectionState === 'connected');

const countFrames = (page) => page.evaluate(async () => {
  for (const entry of (await globalThis.pc.getStats()).values()) {
    if (entry.type === 'inbound-rtp' && entry.kind === 'video') return entry.framesDecoded ?? 0;
  }
  return 0;
});

async function untilMoreFrames(page, claim) {
  const before = await countFrames(page);
  await until(claim, async () => await countFrames(page) >= before + 30);
}

/** RFC 9725, section 4.3.3, by hand: the clients have none of it. */
async function restartIce() {
  const { pc } = globalThis;
  const find = (sdp, name) => sdp.match(new RegExp(`^a=${name}:(.*)$`, 'm'))[1].trim();
  await pc.setLocalDescription(await pc.createOffer({ iceRestart: true }));
  const offer = pc.localDescription.sdp;
  const response = await fetch(globalThis.session, {
    method: 'PATCH',
    headers: { 'content-type': 'application/trickle-ice-sdpfrag', 'if-match': '*' },
    body: `a=ice-ufrag:${find(offer, 'ice-ufrag')}\r\na=ice-pwd:${find(offer, 'ice-pwd')}\r\n`,
  });
  const fragment = await response.text();
  const candidates = fragment.match(/^a=candidate:.*\r\n/gm) ?? [];
  const answer = pc.remoteDescription.sdp.split('\r\nm=').map((section) => section
    .replace(/^a=ice-ufrag:.*$/m, `a=ice-ufrag:${find(fragment, 'ice-ufrag')}`)
    .replace(/^a=ice-pwd:.*$/m, `a=ice-pwd:${find(fragment, 'ice-pwd')}`)
    .replace(/^a=(candidate:.*|end-of-candidates)\r\n/gm, '')).join('\r\nm=');
  await pc.setRemoteDescription({ type: 'answer', sdp: answer });
  for (const line of candidates) {
    await pc.addIceCandidate({ candidate: line.slice(2).trim(), sdpMLineIndex: 0 });
  }
  return { status: response.status, etag: response.headers.get('etag'), old: globalThis.etag };
}

async function restart(page, claim) {
  const { status, etag, old } = await page.evaluate(restartIce);
  check(status === 200 && etag && etag !== old, `${claim}: 200 and a new ETag`);
  await until(`${claim}: connected again`, async () => await isConnected(page)
    && await page.evaluate(() => globalThis.pc.iceConnectionState !== 'checking'));
}

await run(async (defer) => {
  const line = (await readLines()).find((text) => /rtcsignaller$/.test(text)
    && !text.includes('!'));
  const launch = await Launch.serve(defer, line, await makeFolder(defer));
  const publisher = await openClient(defer, launch,
    await bundle({ whip: '@eyevinn/whip-web-client' }));
  const viewer = await openClient(defer, launch,
    await bundle({ webrtcPlayer: '@eyevinn/webrtc-player' }));

  await publisher.evaluate(async () => {
    const media = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
    const client = new globalThis.whip.WHIPClient(
      { endpoint: `${location.origin}/whip/stage`, opts: {} });
    await client.ingest(media);
    globalThis.client = client;
  });
  await until('the publisher is connected', () => isConnected(publisher));
  await until('the stage has a picture', async () => {
    const metrics = await (await fetch(`${launch.url}metrics`)).text();
    return Number(metrics.match(/^rtc_rtp_packets_received (\d+)$/m)[1]) > 100;
  });

  await viewer.evaluate(async () => {
    const video = document.createElement('video');
    video.muted = true;
    document.documentElement.append(video);
    const { WebRTCPlayer } = globalThis.webrtcPlayer;
    globalThis.player = new WebRTCPlayer({ video, type: 'whep' });
    await globalThis.player.load(new URL('/whep/stage', location.origin));
  });
  await until('the viewer is connected', () => isConnected(viewer));
  await untilMoreFrames(viewer, 'the viewer sees the camera');

  await restart(publisher, "the publisher's restart");
  await untilMoreFrames(viewer, 'the picture goes on');
  await restart(viewer, "the viewer's restart");
  await untilMoreFrames(viewer, 'the picture goes on');

  await publisher.evaluate(() => globalThis.client.destroy());
  await until('the viewer is told', async () => {
    const metrics = await (await fetch(`${launch.url}metrics`)).text();
    return /^rtc_sessions 0$/m.test(metrics);
  });
  check(await launch.stop() === 0, `Ctrl-C ends it well (${launch.code})`);
});
