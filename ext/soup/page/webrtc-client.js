// SPDX-License-Identifier: LGPL-2.1-or-later
// A client of the JSON API with session ids: /webrtc/offer, /webrtc/ice-candidate, /webrtc/close
// and /iceservers. A script without dependencies that puts WebRTCSDPClient, WebRTCSDPError and
// WebRTCSDPExamples into globalThis; sdp-client.js is the same as an ES module, for browsers and for
// node 18 or later.
{

const JSON_TYPE = 'application/json';
const DEFAULT_TIMEOUT = 30000;
// How long the examples wait for candidates of a STUN server.
const GATHER_LIMIT = 2000;

/** What the server or the network said. `code` is the HTTP status, 408 for a timeout, 0 when no
 *  server was reached; `sessionId` is the session's when it is known. */
class WebRTCSDPError extends Error {
  constructor(message, code, sessionId, cause) {
    super(message, cause ? { cause } : undefined);
    this.name = 'WebRTCSDPError';
    this.code = code;
    this.sessionId = sessionId ?? null;
  }
}

class WebRTCSDPClient {
  /** `timeout` is in milliseconds, of each request; `headers` go with each, such as
   *  `{ Authorization: 'Bearer SECRET' }`. */
  constructor(baseUrl, { timeout = DEFAULT_TIMEOUT, headers = {} } = {}) {
    this.baseUrl = String(baseUrl).replace(/\/+$/, '');
    this.timeout = timeout;
    this.headers = { ...headers };
  }

  /** Resolves to the whole reply: `{ sdp: { type, sdp }, session_id, ice_candidates, metadata? }`. */
  async sendOffer(sdp, sessionId = null, metadata = null) {
    const body = { sdp: { type: 'offer', sdp } };
    if (sessionId !== null && sessionId !== undefined) body.session_id = sessionId;
    if (metadata !== null && metadata !== undefined) body.metadata = metadata;
    return this.#post('/webrtc/offer', body, sessionId);
  }

  /** `candidate`: an RTCIceCandidate, an RTCIceCandidateInit, or a candidate line. */
  async sendIceCandidate(sessionId, candidate) {
    const init = typeof candidate === 'string'
      ? { candidate, sdpMLineIndex: 0, sdpMid: null }
      : { candidate: candidate.candidate, sdpMLineIndex: candidate.sdpMLineIndex ?? null,
        sdpMid: candidate.sdpMid ?? null };
    return this.#post('/webrtc/ice-candidate', { session_id: sessionId, candidate: init }, sessionId);
  }

  async closeSession(sessionId, reason = null) {
    const body = { session_id: sessionId };
    if (reason !== null && reason !== undefined) body.reason = reason;
    return this.#post('/webrtc/close', body, sessionId);
  }

  /** Resolves to what `new RTCPeerConnection({ iceServers })` takes. */
  async getIceServers() {
    return this.#request('/iceservers', { method: 'GET' }, null);
  }

  async exchangeSdp(sdp) {
    const reply = await this.sendOffer(sdp);
    return { sessionId: reply.session_id, answerSdp: reply.sdp.sdp };
  }

  /** Resolves to the answer's SDP. A known id renegotiates or restarts ICE. */
  async exchangeSdpWithSession(sdp, sessionId) {
    const reply = await this.sendOffer(sdp, sessionId);
    return reply.sdp.sdp;
  }

  /** The offer, then each candidate. One that is refused is only warned of: others may do. */
  async setupSession(sdp, candidates = []) {
    const session = await this.exchangeSdp(sdp);
    for (const candidate of candidates) {
      try {
        await this.sendIceCandidate(session.sessionId, candidate);
      } catch (error) {
        console.warn(`ICE candidate not sent: ${error.message}`);
      }
    }
    return session;
  }

  #post(path, body, sessionId) {
    return this.#request(path, {
      method: 'POST',
      headers: { 'Content-Type': JSON_TYPE },
      body: JSON.stringify(body),
    }, sessionId);
  }

  async #request(path, options, sessionId) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), this.timeout);
    const headers = { Accept: JSON_TYPE, ...options.headers, ...this.headers };
    try {
      const response = await fetch(this.baseUrl + path,
        { ...options, headers, signal: abort.signal });
      return await WebRTCSDPClient.#read(response, sessionId);
    } catch (error) {
      if (abort.signal.aborted)
        throw new WebRTCSDPError('Request timeout', 408, sessionId, error);
      if (error instanceof WebRTCSDPError)
        throw error;
      throw new WebRTCSDPError(`Network error: ${error.message}`, 0, sessionId, error);
    } finally {
      clearTimeout(timer);
    }
  }

  static async #read(response, sessionId) {
    const text = await response.text();
    let body = null;
    try {
      body = JSON.parse(text);
    } catch {
      // A proxy's page, for example: told below.
    }
    if (!response.ok)
      throw new WebRTCSDPError(body?.error ?? `HTTP ${response.status}: ${response.statusText}`,
        body?.code ?? response.status, body?.session_id ?? sessionId);
    if (body === null)
      throw new WebRTCSDPError('The reply is not JSON', response.status, sessionId);
    return body;
  }
}

/** What a page may want to do, in a few lines each; all resolve to `{ pc, sessionId }`. */
class WebRTCSDPExamples {
  constructor(client) {
    this.client = client;
  }

  /** One offer with all candidates in it. */
  async basicPeerConnection() {
    const { pc, sdp } = await this.#prepare();
    return this.#answer(pc, await this.client.exchangeSdp(sdp));
  }

  /** The offer at once, each candidate when it is found. */
  async advancedPeerConnection() {
    const { pc, sdp, found } = await this.#prepare({ waits: false });
    const { sessionId, answerSdp } = await this.client.exchangeSdp(sdp);
    const send = (candidate) => this.client.sendIceCandidate(sessionId, candidate)
      .catch((error) => console.warn(`ICE candidate not sent: ${error.message}`));
    found.splice(0).forEach(send);
    found.push = (candidate) => send(candidate);
    return this.#answer(pc, { sessionId, answerSdp });
  }

  async metadataExample(metadata = { user_id: 'user-1', call_type: 'audio' }) {
    const { pc, sdp } = await this.#prepare();
    const reply = await this.client.sendOffer(sdp, null, metadata);
    return this.#answer(pc, { sessionId: reply.session_id, answerSdp: reply.sdp.sdp });
  }

  async concurrentSessions(count = 3) {
    return Promise.all(Array.from({ length: count }, () => this.basicPeerConnection()));
  }

  async cleanup(sessions) {
    for (const { pc, sessionId } of sessions) {
      pc.close();
      await this.client.closeSession(sessionId)
        .catch((error) => console.warn(`session not closed: ${error.message}`));
    }
  }

  /** Audio from the microphone where there is one, and a data channel. */
  async #prepare({ waits = true } = {}) {
    const pc = new RTCPeerConnection({ iceServers: await this.client.getIceServers() });
    const stream = await navigator.mediaDevices?.getUserMedia({ audio: true }).catch(() => null);
    for (const track of stream?.getTracks() ?? []) pc.addTrack(track, stream);
    pc.createDataChannel('data');
    const found = [];
    const complete = new Promise((resolve) => {
      pc.onicecandidate = ({ candidate }) => {
        if (!candidate) resolve();
        else if (candidate.candidate) found.push(candidate);
      };
    });
    await pc.setLocalDescription(await pc.createOffer());
    const limit = new Promise((resolve) => { setTimeout(resolve, GATHER_LIMIT); });
    if (waits) await Promise.race([complete, limit]);
    return { pc, sdp: pc.localDescription.sdp, found };
  }

  async #answer(pc, { sessionId, answerSdp }) {
    await pc.setRemoteDescription({ type: 'answer', sdp: answerSdp });
    return { pc, sessionId };
  }
}

Object.assign(globalThis, { WebRTCSDPClient, WebRTCSDPError, WebRTCSDPExamples });

}
