import { describe, expect, it } from '@jest/globals';
import { errors } from 'undici';
import { openEgress, requestTo, serveRaw } from '../../../test/support/egress-servers.js';

describe('a large response head', () => {
  it('is not parsed further once it is too large', async () => {
    // Several times as many fields as fit into one read of a socket.
    const url = await serveRaw((socket) => socket.write(`HTTP/1.1 200 OK\r\n${'a:b\r\n'.repeat(100_000)}`));
    let made = 0;
    const Base: unknown = Object.getPrototypeOf(errors.UndiciError);
    class Counted extends Error {
      constructor(message?: string, options?: ErrorOptions) {
        super(message, options);
        made++;
      }
    }
    Object.setPrototypeOf(errors.UndiciError, Counted);
    try {
      await expect(openEgress().request(requestTo(url))).rejects.toMatchObject({ code: 'upstream_invalid' });
      // Each error has a stack trace, which takes longer than parsing a whole ordinary head.
      expect(made).toBeGreaterThan(0);
      expect(made).toBeLessThan(1000);
    } finally {
      Object.setPrototypeOf(errors.UndiciError, Base as object);
    }
  });

  it('is accepted in many chunks if it is within the limit', async () => {
    const fields = Array.from({ length: 200 }, (_, index) => `x-${index}: ${'v'.repeat(50)}\r\n`).join('');
    const url = await serveRaw((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\n${fields}content-length: 100000\r\n\r\n${'b'.repeat(100_000)}`),
    );
    const egress = openEgress();
    for (let n = 0; n < 3; n++) {
      const { headers, body } = await egress.request(requestTo(url));
      expect([headers['x-199'], body.length]).toEqual(['v'.repeat(50), 100_000]);
    }
  });
});
