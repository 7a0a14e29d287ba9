// SPDX-License-Identifier: LGPL-2.1-or-later
// A description whose fingerprint is not that of the certificate: forged.mjs BROWSER WHOSE ROLE. WHOSE
// fingerprint is changed on its way: theirs (what rtcbin is told) or ours (what the page is told).
// ROLE: who makes the offer, and with that who begins the DTLS handshake: offerer (rtcbin offers, so the
// page begins) or answerer (rtcbin begins). Both sides fail, no channel opens, no picture is seen.
import { check, run, until } from './lib/check.mjs';
import { look, openLink, pageOffers, weOffer } from './lib/ourpeer.mjs';

const [, , , whose, role] = process.argv;
const limitMs = 35000;

/** Another last byte in each fingerprint. */
function forge({ type, sdp }) {
  return { type,
    sdp: sdp.replace(/^(a=fingerprint:.*)([0-9A-Fa-f]{2})\r$/gm,
      (line, start, byte) => `${start}${byte === '00' ? '01' : '00'}\r`) };
}

await run(async (defer) => {
  const isOffer = (role === 'offerer') === (whose === 'ours');
  const change = (description) => (
    (description.type === 'offer') === isOffer ? forge(description) : description);
  const link = await openLink(defer, role === 'offerer');
  await (role === 'offerer' ? weOffer : pageOffers)(link, {}, change);
  const start = Date.now();
  await until('both sides have failed', async () => {
    const { theirs } = await look(link);
    return link.peer.state('connection-state') === 'failed'
      && (theirs.state === 'failed' || theirs.state === 'closed');
  }, limitMs);
  console.log(`  after ${Date.now() - start} ms`);
  const { ours, theirs } = await look(link);
  console.log(`  ${JSON.stringify({ ours, theirs })}`);
  check(!link.peer.states.some(({ event, state }) => event === 'connection-state'
    && state === 'connected'), 'rtcbin was never connected');
  check((ours.opened ?? 0) === 0 && theirs.opened === 0, 'no channel has opened');
  check((ours.frames ?? 0) === 0 && (theirs.frames ?? 0) === 0, 'no picture was decoded');
  check((ours.received ?? 0) === 0 && theirs.received === 0, 'no message arrived');
});
