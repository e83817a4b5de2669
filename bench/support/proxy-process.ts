import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';

/**
 * The minimum cost of a call through another process: reads a request, decrypts a key, calls the upstream with it, and returns its
 * response. Validates, authenticates and logs nothing.
 */
const upstream = process.env['UPSTREAM'] ?? '';
const dispatcher = new Agent({ connections: 64 });

const vaultKey = randomBytes(32);
const nonce = randomBytes(12);
const cipher = createCipheriv('aes-256-gcm', vaultKey, nonce);
const sealedKey = Buffer.concat([cipher.update('bench-key'), cipher.final()]);
const tag = cipher.getAuthTag();

function unsealKey(): string {
  const decipher = createDecipheriv('aes-256-gcm', vaultKey, nonce).setAuthTag(tag);
  return Buffer.concat([decipher.update(sealedKey), decipher.final()]).toString();
}

async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  for await (const _ of incoming);
  const answer = await request(upstream, { dispatcher, headers: { authorization: `Bearer ${unsealKey()}` } });
  const body = await answer.body.text();
  response.writeHead(answer.statusCode, {
    'content-type': answer.headers['content-type'] as string,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

const server = createServer((incoming, response) => void pass(incoming, response));
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.((user + system) / 1e6);
});
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
