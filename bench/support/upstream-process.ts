import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The API behind both contenders: a small, immediate response. */
const BODY = JSON.stringify({ since: null, notes: 17, reports: 4, title: 'Notes statistics' });

const server = createServer((request, response) => {
  const isKnown = request.headers.authorization?.startsWith('Bearer ') ?? false;
  response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json', 'content-length': BODY.length });
  response.end(BODY);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
