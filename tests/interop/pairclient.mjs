// SPDX-License-Identifier: LGPL-2.1-or-later
// The client's dialects for two programs that both listen, with libdatachannel as the other one:
// pairclient.mjs ROLE, of the client. The offerer waits for an answerer that starts later; the answerer
// takes one offerer after the other. Wrong requests to the client change nothing.
import { fileURLToPath } from 'node:url';
import { check, run, until } from './lib/check.mjs';
import { Example } from './lib/example.mjs';
import { findFreePort, Launch, makeFolder } from './lib/launch.mjs';

const peer = [process.execPath, fileURLToPath(new URL('peers/pair.mjs', import.meta.url))];
const OFFER = '{"type":"offer","sdp":"v=0"}';
const ANSWER = '{"type":"answer","sdp":"v=0"}';

const countConnected = ({ output }) => (output.match(/: connected/g) ?? []).length;

const stories = {
  async offer(defer, client, start) {
    await until('the client asks again', () => /asking again in/.test(client.output));
    const other = start('answer');
    await other.says(/^open data$/m);
    await until('the client is connected', () => countConnected(client) === 1);
    return other;
  },
  async answer(defer, client, start) {
    for (const round of [1, 2]) {
      const other = start('offer');
      await other.says(/^open data$/m);
      await until(`the client is connected for the ${round}. time`, () => countConnected(client) === round);
      if (round === 2) return other;
      await other.stop('SIGKILL');
    }
  },
};

await run(async (defer) => {
  const role = process.argv[2];
  const [ours, theirs] = [await findFreePort(), await findFreePort()];
  const post = async (path, body) =>
    (await fetch(`http://127.0.0.1:${ours}${path}`, { method: 'POST', body })).status;
  const client = Launch.spawn(defer, `gst-launch-1.0 rtcbin rtcsignaller role=client ${
    role === 'answer' ? 'dialect=pair-answerer' : 'dialect=pair'} url=http://127.0.0.1:${theirs} port=${ours}`,
  await makeFolder(defer));
  const listens = () => post('/close', '').catch(() => 0);
  await until('another path is 404', async () => await listens() === 404);
  check(await post('/sdp', 'nothing') === 400, 'no JSON is 400');
  check(await post('/sdp', role === 'answer' ? ANSWER : OFFER) === 400, 'the wrong kind is 400');
  check(await post('/sdp', role === 'answer' ? '{"type":"offer","sdp":"v=1"}' : ANSWER) === 400,
    'no SDP is 400');
  check(await post('/candidate', 'hello') === 400, 'no candidate is 400');

  const start = (theirRole) => Example.start(defer, peer, theirRole, theirs, ours);
  const other = await stories[role](defer, client, start);
  check(client.code === undefined, 'the client still runs');
  check(await client.stop() === 0, `Ctrl-C ends the client well (${client.code})`);
  check(other.code === undefined, 'the other program still runs');
});
