// SPDX-License-Identifier: LGPL-2.1-or-later
// What getStats() of Chromium and of Firefox have in common, as rates of the last second.

function byType(report, type) {
  return [...report.values()].filter((entry) => entry.type === type);
}

function sum(entries, name) {
  return entries.reduce((total, entry) => total + (entry[name] ?? 0), 0);
}

// Chromium names the pair in the transport, Firefox marks it.
function selectedPair(report) {
  const id = byType(report, 'transport').find((entry) => entry.selectedCandidatePairId)
    ?.selectedCandidatePairId;
  return report.get(id)
    ?? byType(report, 'candidate-pair').find((pair) => pair.selected)
    ?? byType(report, 'candidate-pair').find((pair) => pair.nominated && pair.state === 'succeeded');
}

function describe(candidate) {
  if (!candidate)
    return 'unknown';
  const address = candidate.address || candidate.ip || 'hidden';
  const host = address.includes(':') ? `[${address}]` : address;
  return `${host}:${candidate.port} · ${candidate.candidateType} · ${candidate.protocol}`;
}

// Bytes of the transport where the browser counts them, otherwise of the media. A candidate pair's
// counters begin again with each ICE restart.
function bytes(report, direction, streams) {
  const transports = byType(report, 'transport').filter((entry) => entry[direction] !== undefined);
  return sum(transports.length ? transports : streams, direction);
}

function total(report) {
  const pair = selectedPair(report);
  const inbound = byType(report, 'inbound-rtp');
  const remote = byType(report, 'remote-inbound-rtp');
  const roundTrip = pair?.currentRoundTripTime
    ?? remote.find((entry) => entry.roundTripTime !== undefined)?.roundTripTime;
  return {
    time: performance.now(),
    pair,
    bytesIn: bytes(report, 'bytesReceived', inbound),
    bytesOut: bytes(report, 'bytesSent', byType(report, 'outbound-rtp')),
    packets: sum(inbound, 'packetsReceived'),
    lost: sum(inbound, 'packetsLost'),
    roundTrip: roundTrip === undefined ? null : roundTrip * 1000,
    video: inbound.find((entry) => entry.kind === 'video'),
  };
}

export class Stats {
  #previous = null;

  async read(connection) {
    const report = await connection.getStats();
    const now = total(report);
    const before = this.#previous;
    const isComparable = before?.pair && now.pair;
    const seconds = isComparable ? (now.time - before.time) / 1000 : 0;
    const packets = isComparable ? now.packets - before.packets : 0;
    const lost = isComparable ? Math.max(0, now.lost - before.lost) : 0;
    const rate = (name) => seconds > 0 ? Math.max(0, now[name] - before[name]) * 8 / seconds : null;
    const codec = report.get(now.video?.codecId)?.mimeType?.replace('video/', '');

    this.#previous = now;
    return {
      bitsIn: rate('bytesIn'),
      bitsOut: rate('bytesOut'),
      lossPercent: packets + lost > 0 ? lost / (packets + lost) * 100 : null,
      roundTrip: now.roundTrip,
      pair: now.pair && {
        local: describe(report.get(now.pair.localCandidateId)),
        remote: describe(report.get(now.pair.remoteCandidateId)),
      },
      video: now.video?.frameWidth
        ? { codec, width: now.video.frameWidth, height: now.video.frameHeight,
            rate: now.video.framesPerSecond }
        : null,
    };
  }
}
