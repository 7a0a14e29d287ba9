// SPDX-License-Identifier: LGPL-2.1-or-later
// webrtc-client.js as an ES module:
//
//   import { WebRTCSDPClient } from 'http://localhost:8080/sdp-client.js';
import './webrtc-client.js';

export const { WebRTCSDPClient, WebRTCSDPError, WebRTCSDPExamples } = globalThis;
export default WebRTCSDPClient;
