// SPDX-License-Identifier: LGPL-2.1-or-later
// examplestats.mjs BROWSER PROGRAM: what the program prints of a camera is what the browser sent.
import { check, run } from './lib/check.mjs';
import { Example, openPastePage, pasteOffer } from './lib/example.mjs';

const block = /^=== WebRTC Stats ===\n((?:(?!===).*\n)*?Inbound RTP Stats for: video\/vp8\n(?:  .*\n)+(?:(?!===).*\n)*)/m;

await run(async (defer) => {
  const example = Example.start(defer, process.argv[3]);
  const page = await openPastePage(defer, 'data', 'camera');
  await pasteOffer(page, example);
  const [, text] = await example.says(block);
  const read = (pattern) => Number(text.match(pattern)?.[1] ?? NaN);
  const sent = await page.evaluate(async () => {
    const found = {};
    for (const report of (await pc.getStats()).values()) {
      if (report.type === 'outbound-rtp') found.stream = report;
      if (report.type === 'local-candidate') (found.ports ??= []).push(report.port);
    }
    return found;
  });
  check(read(/^Data Channels Opened: (\d+)$/m) === 1 && read(/^Data Channels Closed: (\d+)$/m) === 0,
    'one data channel was opened');
  check(read(/^ {2}SSRC: (\d+)$/m) === sent.stream.ssrc, 'the SSRC is the browser\'s');
  const packets = read(/^ {2}Packets Received: (\d+)$/m);
  check(packets > 10 && packets <= sent.stream.packetsSent, `${packets} of ${sent.stream.packetsSent} packets`);
  check(read(/^ {2}Bytes Received: (\d+)$/m) > packets * 10, 'they have bytes');
  check(Math.abs(read(/^ {2}Packets Lost: (-?\d+)$/m)) < packets, 'losses are counted');
  check(read(/^ {2}Jitter: ([\d.]+)$/m) < 1, 'jitter is in seconds');
  check(sent.ports.includes(read(/^Remote Candidate: IP\(\S+\) Port\((\d+)\)$/m)), 'the port is the browser\'s');
  check(await example.stop() === 0, `Ctrl-C ends it well (${example.code})`);
});
