// SPDX-License-Identifier: LGPL-2.1-or-later
// UDP ports that nobody uses, for programs that want numbers.
import { createSocket } from 'node:dgram';

/** `n` even ports; each one's odd neighbour is free, too, since RTP readers open it for RTCP. */
export async function findUdpPorts(n) {
  const bind = (port) => new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(port, '127.0.0.1', () => resolve(socket));
  });
  const sockets = [];
  const ports = [];
  while (ports.length < n) {
    const first = await bind(0);
    sockets.push(first);
    const { port } = first.address();
    if (port % 2 !== 0) continue;
    try {
      sockets.push(await bind(port + 1));
      ports.push(port);
    } catch {
      // Taken; another one.
    }
  }
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.close(resolve))));
  return ports;
}
