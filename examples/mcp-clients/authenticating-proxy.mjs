import { createServer, request } from 'node:http';

/**
 * Starts a proxy that adds a credential, for a client that cannot send one. `Host` and `Origin` pass unchanged, unless they name the proxy: the
 * suite sends those of an attacker.
 *
 * @param url where requests are sent
 */
export async function startAuthenticatingProxy({ url, token }) {
  const target = new URL(url);
  const own = () => `127.0.0.1:${server.address().port}`;
  const server = createServer((incoming, outgoing) => {
    const headers = { authorization: `Bearer ${token}`, ...incoming.headers };
    for (const name of ['host', 'origin']) if (headers[name]) headers[name] = headers[name].replace(own(), target.host);
    const forwarded = request(new URL(incoming.url, url), { method: incoming.method, headers }, (response) => {
      outgoing.writeHead(response.statusCode, response.headers);
      response.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    outgoing.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://${own()}${target.pathname}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
