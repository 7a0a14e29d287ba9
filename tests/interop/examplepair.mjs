// SPDX-License-Identifier: LGPL-2.1-or-later
// examplepair.mjs - PROGRAM: data channels between two programs that find each other over HTTP: two of
// ours, and each role of ours with libdatachannel; wrong requests are refused.
import { fileURLToPath } from 'node:url';
import { check, run } from './lib/check.mjs';
import { Example } from './lib/example.mjs';
import { findFreePort } from './lib/launch.mjs';

const peer = [process.execPath, fileURLToPath(new URL('peers/pair.mjs', import.meta.url))];

function addresses(offerPort, answerPort) {
  return [`--offer-address=127.0.0.1:${offerPort}`, `--answer-address=127.0.0.1:${answerPort}`];
}

const post = (port, path, body) =>
  fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body });

async function stopWell(...examples) {
  for (const example of examples)
    check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
}

/** Two of ours; the one that offers comes first and waits. */
async function testOurs(defer, program) {
  const [a, b] = [await findFreePort(), await findFreePort()];
  const offerer = Example.start(defer, program, '--offer', ...addresses(a, b));
  await offerer.says(/^Waiting for the program that answers at /m);
  const answerer = Example.start(defer, program, ...addresses(a, b));
  await answerer.says(/^Listening on /m);
  for (const [from, to] of [[offerer, answerer], [answerer, offerer]]) {
    await from.says(/^Data channel 'data'-'\d+' open\. Random messages will now be sent every 5 seconds$/m);
    const [, text] = await from.says(/^Sending '([a-z]{15})'$/m);
    await to.says(new RegExp(`^Message from DataChannel: '${text}'$`, 'm'));
  }
  await stopWell(offerer, answerer);
}

async function testOffering(defer, program) {
  const [a, b] = [await findFreePort(), await findFreePort()];
  const other = Example.start(defer, peer, 'answer', b, a);
  const offerer = Example.start(defer, program, '--offer', ...addresses(a, b));
  const [, text] = await offerer.says(/^Sending '([a-z]{15})'$/m);
  await other.says(new RegExp(`^received ${text}$`, 'm'));
  await offerer.says(new RegExp(`^Message from DataChannel: 'back ${text}'$`, 'm'));
  await stopWell(offerer);
}

async function testAnswering(defer, program) {
  const [a, b] = [await findFreePort(), await findFreePort()];
  const answerer = Example.start(defer, program, ...addresses(a, b));
  await answerer.says(/^Listening on /m);
  const reply = await post(b, '/sdp', 'nothing');
  check(reply.status === 400 && (await reply.text()).startsWith('Bad Request: '), 'no JSON is 400');
  check((await post(b, '/other', '')).status === 404, 'another path is 404');
  const early = await post(b, '/candidate', 'candidate:1 1 UDP 2013266431 192.0.2.1 9 typ host');
  check(early.status === 200, 'a candidate before the offer is taken');
  check((await post(b, '/candidate', 'x'.repeat(100000))).status === 400, 'what is no candidate is 400');
  check((await post(b, '/candidate', 'x'.repeat(1000000))).status === 413, 'a megabyte is 413');
  const many = Array.from({ length: 100 }, (_, i) => `candidate:${i} 1 UDP 1 192.0.2.1 9 typ host`);
  const replies = [];
  for (const candidate of many) replies.push((await post(b, '/candidate', candidate)).status);
  check(replies.indexOf(400) === 63 && replies.at(-1) === 400, 'no more than 64 wait for an offer');
  const other = Example.start(defer, peer, 'offer', a, b);
  const [, text] = await answerer.says(/^Sending '([a-z]{15})'$/m);
  await other.says(new RegExp(`^received ${text}$`, 'm'));
  await answerer.says(new RegExp(`^Message from DataChannel: 'back ${text}'$`, 'm'));
  await stopWell(answerer);
}

await run(async (defer) => {
  const program = process.argv[3];
  await Promise.all([testOurs(defer, program), testOffering(defer, program),
    testAnswering(defer, program)]);
});
