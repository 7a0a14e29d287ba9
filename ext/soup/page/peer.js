// SPDX-License-Identifier: LGPL-2.1-or-later
// The peer connection of the page and its signalling: offers by POST /doSignaling, candidates by
// POST /candidate, the end by POST /close. One negotiation after the other.

export class SignallingError extends Error {
  // text: "Bad Request: the first line must be v=0" and the like.
  constructor(status, text) {
    const detail = text.slice(text.indexOf(': ') + 1).trim();
    super(`${detail.charAt(0).toUpperCase()}${detail.slice(1)}.`);
    this.status = status;
  }
}

// Puts the codec of that name first; the others stay, so that there is always an answer.
function preferCodec(transceiver, name) {
  const codecs = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
  const isWanted = (codec) => codec.mimeType.toLowerCase() === `video/${name.toLowerCase()}`;
  if (!codecs.some(isWanted))
    throw new Error(`This browser has no codec ${name}.`);
  transceiver.setCodecPreferences(
    [...codecs.filter(isWanted), ...codecs.filter((codec) => !isWanted(codec))]);
}

export class Peer extends EventTarget {
  #connection = new RTCPeerConnection();
  #channel;
  #session = null;
  #candidates = [];
  #senders = null;
  #queue = Promise.resolve();
  #isClosed = false;

  constructor(codec) {
    super();
    const pc = this.#connection;
    const video = pc.addTransceiver('video', { direction: 'recvonly' });
    pc.addTransceiver('audio', { direction: 'recvonly' });
    if (codec)
      preferCodec(video, codec);
    this.#channel = pc.createDataChannel('data');
    this.#channel.onopen = () => this.#tell('channel', true);
    this.#channel.onclose = () => this.#tell('channel', false);
    this.#channel.onmessage = ({ data }) => this.#tell('message', data);
    pc.ontrack = ({ track }) => this.#tell('track', track);
    pc.oniceconnectionstatechange = () => this.#tell('icestate', pc.iceConnectionState);
    pc.onconnectionstatechange = () => this.#tell('state', pc.connectionState);
    pc.onicecandidate = ({ candidate }) => this.#trickle(candidate);
  }

  get connection() {
    return this.#connection;
  }

  negotiate(options = {}) {
    const turn = this.#queue.then(() => this.#exchange(options));
    this.#queue = turn.catch(() => {});
    return turn;
  }

  // m= sections of their own, because not every peer lets an existing one change its direction. They
  // are negotiated once; after that tracks come and go in them.
  async sendMedia(stream) {
    const isFirst = !this.#senders;
    this.#senders ??= {
      video: this.#connection.addTransceiver('video', { direction: 'sendonly' }).sender,
      audio: this.#connection.addTransceiver('audio', { direction: 'sendonly' }).sender,
    };
    for (const track of stream.getTracks())
      await this.#senders[track.kind].replaceTrack(track);
    if (isFirst)
      await this.negotiate();
  }

  async stopMedia() {
    for (const sender of Object.values(this.#senders ?? {})) {
      sender.track?.stop();
      await sender.replaceTrack(null);
    }
  }

  sendText(text) {
    this.#channel.send(text);
  }

  // Works while the page goes away, too.
  close() {
    if (this.#isClosed)
      return;
    this.#isClosed = true;
    if (this.#session)
      navigator.sendBeacon(`/close?session=${encodeURIComponent(this.#session)}`);
    this.#connection.close();
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  async #exchange(options) {
    const pc = this.#connection;
    const offer = await pc.createOffer(options);
    await pc.setLocalDescription(offer);
    try {
      await pc.setRemoteDescription(await this.#post(offer));
    } catch (error) {
      if (pc.signalingState === 'have-local-offer')
        await pc.setLocalDescription({ type: 'rollback' });
      throw error;
    }
  }

  async #post(offer) {
    const body = { type: offer.type, sdp: offer.sdp };
    if (this.#session)
      body.session_id = this.#session;
    const response = await fetch('/doSignaling', {
      method: 'post',
      headers: { 'Accept': 'application/json, text/plain, */*', 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok)
      throw new SignallingError(response.status, await response.text() || response.statusText);
    this.#session = response.headers.get('Session-Id');
    this.#flush();
    return response.json();
  }

  // The offer goes out before any candidate is known. The peer would find this browser by its
  // checks alone; candidates make it faster where a firewall is in between.
  #trickle(candidate) {
    if (!candidate?.candidate)
      return;
    this.#candidates.push(candidate);
    if (this.#session)
      this.#flush();
  }

  #flush() {
    for (const candidate of this.#candidates.splice(0)) {
      fetch(`/candidate?session=${encodeURIComponent(this.#session)}`, {
        method: 'post',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(candidate),
      }).catch(() => {});
    }
  }
}
