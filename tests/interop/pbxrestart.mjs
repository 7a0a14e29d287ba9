// SPDX-License-Identifier: LGPL-2.1-or-later
// Five sessions of one page by the API with session ids, at a time, each with its metadata. One of them
// restarts ICE by a second offer with its id: its channel stays open and loses nothing, the others
// notice nothing. A wrong offer with its id changes nothing, and the end of it is the end of it alone.
import { check, run, until } from './lib/check.mjs';
import { openPage } from './lib/browser.mjs';
import { Demo } from './lib/demo.mjs';
import { startBlankPage } from './lib/blank.mjs';

const COUNT = 5;

/** Runs in the page. */
function makeSessions(count) {
  const find = (sdp, name) => sdp.match(new RegExp(`^a=${name}:(\\S+)`, 'm'))[1];
  const post = (path, body) => fetch(path, { method: 'POST',
    headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  class Session {
    constructor(id) {
      Object.assign(this, { id, opened: 0, closed: 0, messages: 0,
        connection: new RTCPeerConnection() });
      this.channel = this.connection.createDataChannel('data');
      this.channel.onopen = () => { this.opened += 1; };
      this.channel.onclose = () => { this.closed += 1; };
      this.channel.onmessage = () => { this.messages += 1; };
    }

    async offer(options) {
      const { connection, id } = this;
      await connection.setLocalDescription(await connection.createOffer(options));
      const { type, sdp } = connection.localDescription;
      const metadata = { of: id, list: [1, 2.5, 'x'], none: null };
      const response = await post('/webrtc/offer', { sdp: { type, sdp }, session_id: id, metadata });
      const reply = await response.json();
      if (!response.ok) throw new Error(reply.error);
      await connection.setRemoteDescription(reply.sdp);
      return { id: reply.session_id, ufrag: find(reply.sdp.sdp, 'ice-ufrag'),
        fingerprint: find(reply.sdp.sdp, 'fingerprint'), candidates: reply.ice_candidates.length,
        isEchoed: JSON.stringify(reply.metadata) === JSON.stringify(metadata) };
    }

    look() {
      return { state: this.connection.connectionState, ice: this.connection.iceConnectionState,
        opened: this.opened, closed: this.closed, messages: this.messages };
    }
  }
  window.post = post;
  window.sessions = Array.from({ length: count }, (_, i) => new Session(`concurrent-session-${i}`));
}

const lookAll = (page) => page.evaluate(() => sessions.map((session) => session.look()));
const allFine = (looks) => looks.every(({ state, opened, closed }) => state === 'connected'
  && opened === 1 && closed === 0);

await run(async (defer) => {
  const demo = await Demo.start(defer);
  const page = await openPage(defer, await startBlankPage(defer, demo.url));
  await page.evaluate(makeSessions, COUNT);
  const replies = await page.evaluate(
    () => Promise.all(sessions.map((session) => session.offer())));
  check(replies.every(({ id }, i) => id === `concurrent-session-${i}`), 'each has its own id back');
  check(replies.every(({ isEchoed }) => isEchoed), 'and its metadata');
  check(replies.every(({ candidates }) => candidates > 0), 'and candidates');
  await until(`${COUNT} sessions are connected`, async () => allFine(await lookAll(page)));

  await page.evaluate(() => sessions[0].channel.send('before the restart'));
  const again = await page.evaluate(() => sessions[0].offer({ iceRestart: true }));
  check(again.ufrag !== replies[0].ufrag && again.fingerprint === replies[0].fingerprint,
    'new ICE credentials, the same DTLS identity');
  await page.evaluate(() => sessions[0].channel.send('after the restart'));
  await until('the demo reads what came before and after', () => demo.output.includes("'before the restart'")
    && demo.output.includes("'after the restart'"));
  const before = await lookAll(page);
  await until('all go on', async () => {
    const now = await lookAll(page);
    return allFine(now) && now.every(({ messages }, i) => messages > before[i].messages);
  });

  const refused = await page.evaluate(async () => {
    const response = await post('/webrtc/offer',
      { sdp: { type: 'offer', sdp: 'v=0\r\n' }, session_id: sessions[0].id });
    return { status: response.status, ...await response.json() };
  });
  check(refused.status === 400 && refused.code === 400 && refused.session_id === 'concurrent-session-0',
    `a wrong offer is told so: ${refused.error}`);
  const ends = await page.evaluate(async () => {
    const close = () => post('/webrtc/close', { session_id: sessions[1].id }).then(({ status }) => status);
    return [await close(), await close()];
  });
  check(ends[0] === 200 && ends[1] === 404, 'one is closed once');
  await until('its channel closes', async () => (await lookAll(page))[1].closed === 1);
  const rest = (await lookAll(page)).filter((_, i) => i !== 1);
  check(allFine(rest), 'the others are as they were');
  check(await demo.stop() === 0, `the demo ends well (${demo.code})`);
});
