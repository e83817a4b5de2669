import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';

/**
 * The minimum cost of a call through another process: reads a request, calls the upstream with a key, and returns its
 * response. Validates, authenticates and logs nothing.
 */
const upstream = process.env['UPSTREAM'] ?? '';
const dispatcher = new Agent({ connections: 64 });

async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  for await (const _ of incoming);
  const answer = await request(upstream, { dispatcher, headers: { authorization: 'Bearer bench-key' } });
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
