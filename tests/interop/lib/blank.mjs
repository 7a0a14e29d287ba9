// SPDX-License-Identifier: LGPL-2.1-or-later
// An empty page whose POST requests go on to a signalling server, so that a test can make its own
// RTCPeerConnection beside the signaller's page, from one origin.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('pagepeer.js', import.meta.url));

async function readBody(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

async function forward(target, request, response) {
  const reply = await fetch(target + request.url, {
    method: 'POST',
    headers: { 'content-type': request.headers['content-type'] ?? 'text/plain' },
    body: await readBody(request),
  });
  response.writeHead(reply.status, {
    'content-type': reply.headers.get('content-type') ?? '',
    'session-id': reply.headers.get('session-id') ?? '',
  });
  response.end(Buffer.from(await reply.arrayBuffer()));
}

/** Resolves to the page's address. */
export async function startBlankPage(defer, target) {
  const page = `<!doctype html><meta charset="utf-8"><title>blank</title>
<script>${await readFile(script, 'utf8')}</script><video muted autoplay playsinline></video>`;
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      forward(target, request, response).catch((error) => {
        response.writeHead(502);
        response.end(String(error));
      });
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(request.url === '/' ? page : '');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  defer(() => server.closeAllConnections());
  defer(() => server.close());
  return `http://127.0.0.1:${server.address().port}/`;
}
