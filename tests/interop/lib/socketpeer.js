// SPDX-License-Identifier: LGPL-2.1-or-later
// A peer in the browser that talks over a WebSocket: bare trickle, or perfect negotiation as W3C
// webrtc-pc, section 10.7, writes it.
class SocketPeer {
  constructor(url, { isPerfect = false, isPolite = true } = {}) {
    Object.assign(this, { isPerfect, isPolite, makingOffer: false, ignoredOffers: 0, rolledBack: 0 });
    this.channels = [];
    this.messages = [];
    this.statuses = [];
    this.received = { offers: 0, answers: 0, candidates: 0, sdpCandidates: 0 };
    this.socket = new WebSocket(url);
    this.socket.onmessage = ({ data }) => {
      this.queue = (this.queue ?? Promise.resolve()).then(() => this.#take(JSON.parse(data)))
        .catch((error) => { this.error = error.message; });
    };
    this.socket.onclose = ({ code, reason }) => { this.closed = { code, reason }; };
    this.opened = new Promise((resolve) => { this.socket.onopen = resolve; });
    this.pc = new RTCPeerConnection();
    this.pc.onicecandidate = ({ candidate }) => candidate && this.#send('candidate', candidate);
    this.pc.ondatachannel = ({ channel }) => this.#keep(channel);
    this.pc.onnegotiationneeded = () => this.offer();
  }

  createChannel(label) {
    this.#keep(this.pc.createDataChannel(label));
  }

  say(text) {
    this.socket.send(text);
  }

  async offer() {
    try {
      this.makingOffer = true;
      await this.pc.setLocalDescription();
      this.#send('description', this.pc.localDescription);
    } finally {
      this.makingOffer = false;
    }
  }

  sendOnAll(text) {
    for (const channel of this.channels) channel.send(text);
  }

  get state() {
    const { pc } = this;
    const find = (sdp) => sdp?.match(/^a=ice-ufrag:(.*)$/m)[1].trim();
    return {
      connection: pc.connectionState,
      signaling: pc.signalingState,
      channels: this.channels.map(({ label, readyState }) => `${label} ${readyState}`).sort(),
      messages: this.messages,
      statuses: this.statuses,
      received: this.received,
      ignoredOffers: this.ignoredOffers,
      rolledBack: this.rolledBack,
      local: find(pc.currentLocalDescription?.sdp),
      remote: find(pc.currentRemoteDescription?.sdp),
      closed: this.closed,
      error: this.error,
    };
  }

  #keep(channel) {
    this.channels.push(channel);
    channel.onmessage = ({ data }) => this.messages.push(data);
  }

  #send(type, value) {
    this.socket.send(JSON.stringify(this.isPerfect ? { type, [type]: value } : value));
  }

  async #take(message) {
    if (message.type === 'status') this.statuses.push(message);
    else if (this.isPerfect && message.type === 'description') await this.#describe(message.description);
    else if (this.isPerfect) await this.#add(message.candidate);
    else if (message.sdp) await this.#describe(message);
    else await this.#add(message);
  }

  async #describe(description) {
    const { pc } = this;
    const isOffer = description.type === 'offer';
    const isCollision = isOffer && (this.makingOffer || pc.signalingState !== 'stable');
    this.received[isOffer ? 'offers' : 'answers'] += 1;
    this.received.sdpCandidates += description.sdp.match(/^a=candidate:/gm)?.length ?? 0;
    this.ignoresOffer = !this.isPolite && isCollision;
    this.ignoredOffers += Number(this.ignoresOffer);
    if (this.ignoresOffer) return;
    this.rolledBack += Number(isCollision);
    await pc.setRemoteDescription(description);
    if (!isOffer) return;
    await pc.setLocalDescription();
    this.#send('description', pc.localDescription);
  }

  async #add(candidate) {
    this.received.candidates += 1;
    try {
      await this.pc.addIceCandidate(candidate);
    } catch (error) {
      if (!this.ignoresOffer) throw error;
    }
  }
}
