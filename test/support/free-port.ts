import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** A range below the ephemeral ports, so that no other socket takes the port before its server listens, or during a restart. */
const [FIRST_PORT, LAST_PORT] = [20_000, 31_999];

/** Returns a port of 127.0.0.1 for a server that has to know its port before it listens. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
