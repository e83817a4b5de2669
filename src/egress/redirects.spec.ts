import { describe, expect, it, jest } from '@jest/globals';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { openEgress, requestTo, serve } from '../../test/support/egress-servers.js';

function redirectTo(location: string, status = 302): RequestListener {
  return (_, response) => void response.writeHead(status, { location }).end('moved');
}

describe('Egress and redirects', () => {
  it('returns a redirect as the response by default', async () => {
    const url = await serve(redirectTo('http://127.0.0.1:1/'));
    expect(await openEgress().request(requestTo(url))).toMatchObject({
      status: 302,
      headers: { location: 'http://127.0.0.1:1/' },
    });
  });

  it('follows the given number of redirects and returns the next one', async () => {
    const url = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left > 0) response.writeHead(307, { location: `/${left - 1}` }).end();
      else response.end('arrived');
    });
    const egress = openEgress();
    const arrived = await egress.request(requestTo(`${url}/3`, { redirects: 3 }));
    expect(arrived).toMatchObject({ status: 200, url: `${url}/0` });
    expect(await egress.request(requestTo(`${url}/4`, { redirects: 3 }))).toMatchObject({
      status: 307,
      url: `${url}/1`,
    });
  });

  it.each([
    'http://10.0.0.1/',
    'http://localhost/',
    'file:///etc/passwd',
    'http://a:b@127.0.0.1/',
    'http://',
    '//[::1]/',
  ])('denies a redirect to %s', async (location) => {
    const url = await serve(redirectTo(location));
    const egress = openEgress({ lookup: async () => [{ address: '8.8.8.8', family: 4 }] });
    await expect(egress.request(requestTo(url, { redirects: 3 }))).rejects.toMatchObject({
      code: 'egress_denied',
      reason: 'redirect',
    });
  });

  it('denies a redirect to a name with a private address', async () => {
    const url = await serve(redirectTo('https://rebind.example.test/'));
    const egress = openEgress({ lookup: async () => [{ address: '10.0.0.1', family: 4 }] });
    await expect(egress.request(requestTo(url, { redirects: 1 }))).rejects.toMatchObject({
      reason: 'redirect',
      host: 'rebind.example.test',
    });
  });

  it('returns the redirect of a POST as the response', async () => {
    const listener = jest.fn(redirectTo('/next', 307));
    const url = await serve(listener);
    expect((await openEgress().request(requestTo(url, { method: 'POST', redirects: 3 }))).status).toBe(307);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('throws a TypeError for a request with a credential and redirects', async () => {
    const request = requestTo('http://127.0.0.1:9/', { credential: true, redirects: 1 });
    await expect(openEgress().request(request)).rejects.toThrow(TypeError);
  });

  it('removes authorization and cookies on a redirect to another origin', async () => {
    const other = await serve((request, response) => void response.end(JSON.stringify(request.headers)));
    const url = await serve(redirectTo(other));
    const headers = { Authorization: 's3cret', Cookie: 's3cret', 'x-other': 'kept' };
    const answer = await openEgress().request(requestTo(url, { redirects: 1, headers }));
    expect(answer.body.toString()).not.toContain('s3cret');
    expect(JSON.parse(answer.body.toString())).toMatchObject({ 'x-other': 'kept' });
  });

  it('ends a redirect loop at the maximum', async () => {
    let hits = 0;
    const url = await serve((request, response) => {
      hits++;
      redirectTo('/')(request, response as ServerResponse<IncomingMessage> & { req: IncomingMessage });
    });
    expect((await openEgress().request(requestTo(url, { redirects: 3 }))).status).toBe(302);
    expect(hits).toBe(4);
  });
});

describe('Egress and redirects within the origin', () => {
  /** Redirects from `/3` to `/2`, `/1` and `/0`, and to a location for every other path. */
  const countdown =
    (elsewhere = ''): RequestListener =>
    (request, response) => {
      const left = Number(request.url?.slice(1, 2));
      if (left === 0) response.end(JSON.stringify(request.headers));
      else redirectTo(Number.isNaN(left) ? elsewhere : `/${left - 1}#part`, 307)(request, response as never);
    };
  const credential = { credential: true, redirects: 3, headers: { authorization: 's3cret' } };

  it('follows them with all headers, to the URL that the caller decides on', async () => {
    const url = await serve(countdown());
    const locations: string[] = [];
    const redirectWithinOrigin = (location: URL) => {
      locations.push(location.href);
      return `${location.href}?key=1`;
    };
    const request = requestTo(`${url}/3`, { ...credential, redirectWithinOrigin });
    const answer = await openEgress().request(request);
    expect(answer).toMatchObject({ status: 200, url: `${url}/0?key=1` });
    expect(JSON.parse(answer.body.toString())).toMatchObject({ authorization: 's3cret' });
    expect(locations).toEqual([`${url}/2`, `${url}/1`, `${url}/0`]);
  });

  it('returns a redirect that the caller does not follow, and the one after the maximum', async () => {
    const url = await serve(countdown());
    const refuse = requestTo(`${url}/3`, { ...credential, redirectWithinOrigin: () => undefined });
    expect(await openEgress().request(refuse)).toMatchObject({ status: 307, url: `${url}/3` });
    const four = requestTo(`${url}/4`, { ...credential, redirectWithinOrigin: ({ href }) => href });
    expect(await openEgress().request(four)).toMatchObject({ status: 307, url: `${url}/1` });
  });

  it('returns a redirect that leads elsewhere without asking', async () => {
    const listener = jest.fn(countdown());
    const other = await serve(listener);
    const port = new URL(other).port;
    const elsewhere = [other, `//127.0.0.1:${port}/`, `https://127.0.0.1:${port}/`, 'http://', 'mailto:a@b.test'];
    for (const location of elsewhere) {
      const url = await serve(countdown(location));
      const decide = jest.fn(({ href }: URL) => href);
      const answer = await openEgress().request(requestTo(`${url}/x`, { ...credential, redirectWithinOrigin: decide }));
      expect([answer.status, answer.url, decide.mock.calls]).toEqual([307, `${url}/x`, []]);
    }
    expect(listener).not.toHaveBeenCalled();
  });

  it('rejects a decision to leave the origin', async () => {
    const url = await serve(countdown());
    const request = requestTo(`${url}/3`, { ...credential, redirectWithinOrigin: () => 'http://127.0.0.1:9/' });
    await expect(openEgress().request(request)).rejects.toThrow(TypeError);
  });

  it('does not follow the redirect of a POST', async () => {
    const url = await serve(countdown());
    const redirectWithinOrigin = ({ href }: URL) => href;
    const request = requestTo(`${url}/3`, { ...credential, method: 'POST', redirectWithinOrigin });
    expect(await openEgress().request(request)).toMatchObject({ status: 307 });
  });
});
