// SPDX-License-Identifier: LGPL-2.1-or-later
// rtcbin in a small program (peers/rtcbin_peer.py) and a page's RTCPeerConnection; the test carries
// descriptions between them, candidates go by themselves. Numbers flow on the data channel.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openPage } from './browser.mjs';
import { startBlankPage } from './blank.mjs';
import { until } from './check.mjs';

const program = fileURLToPath(new URL('../peers/rtcbin_peer.py', import.meta.url));

export class OurPeer {
  #pending = new Map();
  #next = 1;
  #held = null;

  static start(defer, ...settings) {
    const peer = new OurPeer();
    peer.states = [];
    peer.onCandidate = () => {};
    peer.child = spawn('/usr/bin/python3', [program, ...settings],
      { stdio: ['pipe', 'pipe', 'inherit'] });
    peer.ended = new Promise((resolve) => peer.child.once('exit', (code, signal) => {
      peer.code = code ?? signal;
      resolve(peer.code);
      for (const { reject } of peer.#pending.values()) reject(new Error(`it ended: ${peer.code}`));
    }));
    createInterface({ input: peer.child.stdout }).on('line', (line) => peer.#take(JSON.parse(line)));
    defer(() => peer.child.kill('SIGKILL'));
    return peer;
  }

  #take(message) {
    if (message.event === 'candidate') {
      if (this.#held) this.#held.push(message);
      else this.onCandidate(message);
    } else if (message.event) {
      console.log(`  rtcbin| ${message.event}: ${message.state}`);
      this.states.push(message);
    } else {
      const { resolve, reject } = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.error) reject(new Error(message.error));
      else resolve(message.result);
    }
  }

  /** Candidates of a description must not reach the page before it: they are held from here on. */
  hold() {
    this.#held ??= [];
  }

  release() {
    const held = this.#held ?? [];
    this.#held = null;
    for (const message of held) this.onCandidate(message);
  }

  ask(name, fields = {}) {
    const id = this.#next;
    this.#next += 1;
    this.child.stdin.write(`${JSON.stringify({ id, do: name, ...fields })}\n`);
    return new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
  }

  /** The last value of "connection-state" or "ice-connection-state". */
  state(name) {
    return this.states.filter(({ event }) => event === name).at(-1)?.state;
  }

  /** Ends the program; resolves to its exit code. */
  stop() {
    this.child.stdin.end();
    return this.ended;
  }
}

/** Runs in the page. */
function makePagePeer() {
  const connection = new RTCPeerConnection();
  const self = { connection, sent: 0, received: 0, faults: 0, opened: 0 };
  const useChannel = (channel) => {
    const open = () => {
      self.opened += 1;
      setInterval(() => {
        if (channel.readyState !== 'open') return;
        channel.send(String(self.sent));
        self.sent += 1;
      }, 20);
    };
    self.channel = channel;
    if (channel.readyState === 'open') open();
    else channel.onopen = open;
    channel.onmessage = ({ data }) => {
      if (Number(data) !== self.received) self.faults += 1;
      self.received += 1;
    };
  };
  connection.ondatachannel = ({ channel }) => useChannel(channel);
  connection.onconnectionstatechange = () => console.log(connection.connectionState);
  connection.ontrack = ({ track }) => {
    if (track.kind === 'video')
      document.querySelector('video').srcObject = new MediaStream([track]);
  };
  connection.onicecandidate = ({ candidate }) => {
    if (candidate?.candidate)
      window.toOurPeer(candidate.sdpMLineIndex, candidate.candidate);
  };
  self.addCamera = async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true });
    connection.addTrack(stream.getTracks()[0], stream);
  };
  self.makeChannel = () => useChannel(connection.createDataChannel('data'));
  self.describe = async (options) => {
    await connection.setLocalDescription(await connection.createOffer(options));
    return connection.localDescription.toJSON();
  };
  self.take = async (description) => {
    await connection.setRemoteDescription(description);
    if (description.type !== 'offer') return null;
    await connection.setLocalDescription();
    return connection.localDescription.toJSON();
  };
  self.look = async () => {
    const found = { state: connection.connectionState, sent: self.sent, received: self.received,
      faults: self.faults, opened: self.opened, channel: self.channel?.readyState };
    for (const report of (await connection.getStats()).values()) {
      if (report.type !== 'inbound-rtp' || report.kind !== 'video') continue;
      found.frames = report.framesDecoded;
      found.freezes = report.freezeCount;
      found.freezeSeconds = report.totalFreezesDuration;
      found.packetsLost = report.packetsLost;
    }
    return found;
  };
  window.link = self;
}

/** A page and our peer, connected but for the first offer. `isOurs`: we make it, and the channel. */
export async function openLink(defer, isOurs, ...settings) {
  const peer = OurPeer.start(defer, ...settings);
  const page = await openPage(defer, await startBlankPage(defer, 'http://127.0.0.1:9'));
  await page.exposeFunction('toOurPeer', (line, candidate) => {
    peer.ask('candidate', { line, candidate }).catch(() => {});
  });
  await page.evaluate(makePagePeer);
  peer.onCandidate = ({ sdpMLineIndex, candidate }) => {
    page.evaluate((init) => link.connection.addIceCandidate(init),
      { sdpMLineIndex, candidate }).catch(() => {});
  };
  await page.evaluate(() => link.addCamera());
  if (isOurs) await peer.ask('channel');
  else await page.evaluate(() => link.makeChannel());
  return { peer, page };
}

/** Our offer; the page has not heard of it yet. */
export function makeOffer({ peer }, options = {}) {
  peer.hold();
  return peer.ask('offer', options);
}

/** What the page offers, to us. Resolves to our answer. */
export function takeOffer({ peer }, offer) {
  peer.hold();
  return peer.ask('take', offer);
}

/** Our description, to the page. Resolves to the page's answer, if it was an offer. */
export async function tellPage({ peer, page }, description) {
  const answer = await page.evaluate((text) => link.take(text), description);
  peer.release();
  return answer;
}

/** `change` may forge what goes over: it is called with each description. */
export async function weOffer(link, options = {}, change = (description) => description) {
  const offer = change(await makeOffer(link, options));
  await link.peer.ask('take', change(await tellPage(link, offer)));
}

export async function pageOffers(link, options = {}, change = (description) => description) {
  const offer = change(await link.page.evaluate((init) => window.link.describe(init), options));
  await tellPage(link, change(await takeOffer(link, offer)));
}

export async function look({ peer, page }) {
  return { ours: await peer.ask('look'), theirs: await page.evaluate(() => link.look()) };
}

/** The user names and fingerprints of both descriptions. */
export function readCredentials({ page }) {
  return page.evaluate(() => ['localDescription', 'remoteDescription'].map((side) => {
    const { sdp } = link.connection[side];
    return { ufrag: sdp.match(/^a=ice-ufrag:(\S+)/m)[1],
      fingerprint: sdp.match(/^a=fingerprint:(.*\S)/m)[1] };
  }));
}

/** Until both sides are connected, and messages and pictures came both ways since `before`. */
export async function untilFlowing(link, claim, before = { ours: {}, theirs: {} }, limitMs = 20000) {
  return until(claim, async () => {
    const now = await look(link);
    const grew = (side, name, by) => (now[side][name] ?? 0) > (before[side][name] ?? 0) + by;
    return link.peer.state('connection-state') === 'connected' && now.theirs.state === 'connected'
      && grew('ours', 'received', 10) && grew('theirs', 'received', 10)
      && grew('ours', 'frames', 5) && grew('theirs', 'frames', 10) && now;
  }, limitMs);
}
