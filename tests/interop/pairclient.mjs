// SPDX-License-Identifier: LGPL-2.1-or-later
// The client's dialect for two programs that both listen, with libdatachannel as the other one, which
// starts later; wrong requests to the client change nothing.
import { fileURLToPath } from 'node:url';
import { check, run, until } from './lib/check.mjs';
import { Example } from './lib/example.mjs';
import { findFreePort, Launch, makeFolder } from './lib/launch.mjs';

const peer = [process.execPath, fileURLToPath(new URL('peers/pair.mjs', import.meta.url))];

await run(async (defer) => {
  const [ours, theirs] = [await findFreePort(), await findFreePort()];
  const post = async (path, body) =>
    (await fetch(`http://127.0.0.1:${ours}${path}`, { method: 'POST', body })).status;
  const client = Launch.spawn(defer, 'gst-launch-1.0 rtcbin rtcsignaller role=client dialect=pair '
    + `url=http://127.0.0.1:${theirs} port=${ours}`, await makeFolder(defer));
  await until('the client asks again', () => /asking again in/.test(client.output));
  check(await post('/sdp', 'nothing') === 400, 'no JSON is 400');
  check(await post('/sdp', '{"type":"offer","sdp":"v=0"}') === 400, 'an offer is 400');
  check(await post('/candidate', 'hello') === 400, 'no candidate is 400');
  check(await post('/close', '') === 404, 'another path is 404');

  const other = Example.start(defer, peer, 'answer', theirs, ours);
  await other.says(/^open data$/m);
  await until('the client is connected', () => /: connected/.test(client.output));
  check(await client.stop() === 0, `Ctrl-C ends the client well (${client.code})`);
  check(other.code === undefined, 'the other program still runs');
});
