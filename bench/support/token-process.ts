import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Token endpoints that respond immediately, each at its own host. Every response replaces the refresh token, as rotating providers do.
 */
const HOSTS = Number(process.env['HOSTS'] ?? 1);

let answered = 0;
let firstAt = 0;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  for await (const _ of request);
  if (answered++ === 0) firstAt = Date.now();
  const tokens = { access_token: token(), refresh_token: token(), token_type: 'bearer', expires_in: 3600 };
  const body = JSON.stringify(tokens);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}

function token(): string {
  return randomBytes(32).toString('base64url');
}

async function listening(): Promise<number> {
  const server = createServer((request, response) => void answer(request, response));
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const ports = await Promise.all(Array.from({ length: HOSTS }, listening));
process.send?.(ports);

/** Returns the number of responses since the last query, and the time of the first one. */
process.on('message', (question) => {
  process.send?.({ answered, firstAt });
  if (question === 'anew') answered = 0;
});
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
