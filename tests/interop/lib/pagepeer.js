// SPDX-License-Identifier: LGPL-2.1-or-later
// Runs in the browser: one connection to the demo, in the way its own page makes it, with what a
// test wants to know about it.
class PagePeer {
  constructor() {
    this.connection = new RTCPeerConnection();
    this.messages = [];
    this.openCount = 0;
    this.channel = this.connection.createDataChannel('data');
    this.channel.onopen = () => { this.openCount += 1; };
    this.channel.onmessage = ({ data }) => this.messages.push(data);
    this.connection.ontrack = ({ track, streams }) => {
      if (track.kind !== 'video') return;
      document.querySelector('video').srcObject = streams[0] ?? new MediaStream([track]);
    };
  }

  receiveMedia() {
    this.connection.addTransceiver('video', { direction: 'recvonly' });
    this.connection.addTransceiver('audio', { direction: 'recvonly' });
  }

  /** Camera and microphone; `codec` as in "VP9", or nothing for the browser's choice. */
  async sendCamera(codec) {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    for (const track of stream.getTracks()) this.connection.addTrack(track, stream);
    if (!codec) return;
    const capabilities = RTCRtpSender.getCapabilities('video').codecs;
    const transceiver = this.connection.getTransceivers()
      .find(({ sender }) => sender.track?.kind === 'video');
    transceiver.setCodecPreferences(
      capabilities.filter(({ mimeType }) => mimeType.toUpperCase() === `VIDEO/${codec}`));
  }

  /** The offer goes without candidates: the other side learns ours from our checks. */
  async signal(options) {
    const offer = await this.connection.createOffer(options);
    await this.connection.setLocalDescription(offer);
    const reply = await fetch('/doSignaling', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ type: offer.type, sdp: offer.sdp }),
    });
    if (!reply.ok) throw new Error(`${reply.status}: ${await reply.text()}`);
    this.session = reply.headers.get('Session-Id');
    await this.connection.setRemoteDescription(await reply.json());
  }

  /** Ends the session for the server, too. */
  async close() {
    await fetch(`/close?session=${this.session}`, { method: 'POST' });
    this.connection.close();
  }

  /** The ICE user names of both sides. */
  ufrags() {
    const find = ({ sdp }) => sdp.match(/^a=ice-ufrag:(\S+)/m)[1];
    return [find(this.connection.localDescription), find(this.connection.remoteDescription)];
  }

  /** The sum of one statistic over all reports of `type` and `kind`. */
  async statistic(type, kind, name) {
    let sum = 0;
    for (const report of (await this.connection.getStats()).values()) {
      if (report.type === type && report.kind === kind) sum += report[name] ?? 0;
    }
    return sum;
  }

  state() {
    const { connectionState, iceConnectionState } = this.connection;
    return { connectionState, iceConnectionState, channelState: this.channel.readyState,
      openCount: this.openCount, messageCount: this.messages.length };
  }
}

window.PagePeer = PagePeer;
