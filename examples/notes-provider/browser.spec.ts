import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Browser } from './browser.js';

const form = `<form action="/sent?from=form" method='post'>
  <input type=hidden name="token" value="a&amp;b&#39;c"><input name="on" type="checkbox" checked><input name="off" type="checkbox">
  <select name="town"><option value="x"><option value="y" selected></select><textarea name="text">1 &lt; 2</textarea>
  <button type="button" name="not" value="this">Help</button>
  <button name="decision" value="allow">Yes</button><button name="decision" value="deny"><b>No</b> thanks</button>
</form>`;

describe('a browser', () => {
  let server: Server;
  let url: string;
  let received: { method: string; url: string; cookie: string | undefined; body: string }[];

  beforeEach(async () => {
    received = [];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        received.push({ method: request.method ?? '', url: request.url ?? '', cookie: request.headers.cookie, body });
        if (request.url === '/start') {
          response.setHeader('set-cookie', ['all=1', 'deep=2; Path=/deep; HttpOnly', 'gone=3; Max-Age=0']);
          response.writeHead(302, { location: '/deep/page' }).end();
        } else if (request.url === '/again') response.writeHead(307, { location: '/sent' }).end();
        else response.writeHead(200, { 'content-type': 'text/html' }).end(form);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('follows redirects and sends each cookie only to its path', async () => {
    const browser = new Browser();
    await browser.get(`${url}/start`);
    await browser.get('/elsewhere');
    expect(received.map(({ cookie }) => cookie)).toEqual([undefined, 'deep=2; all=1', 'all=1']);
    expect(browser.history.map(({ status }) => status)).toEqual([302, 200, 200]);
    expect(browser.location).toBe(`${url}/elsewhere`);
  });

  it('stops at a redirect on request, and can follow it later', async () => {
    const browser = new Browser();
    await browser.get(`${url}/start`, { follow: false });
    expect(browser.redirect).toBe(`${url}/deep/page`);
    expect((await browser.followRedirect()).status).toBe(200);
  });

  it('submits a form with its initial values, the given values and the pressed button', async () => {
    const browser = new Browser();
    await browser.get(url);
    await browser.submit({ text: 'new' }, { button: 'No thanks' });
    expect(received[1]).toMatchObject({ method: 'POST', url: '/sent?from=form' });
    expect(Object.fromEntries(new URLSearchParams(received[1]?.body))).toEqual({
      token: "a&b'c",
      on: 'on',
      town: 'y',
      text: 'new',
      decision: 'deny',
    });
  });

  it('repeats the body after a 307', async () => {
    await new Browser().post(`${url}/again`, { a: '1' });
    expect(received.map(({ method, body }) => [method, body])).toEqual([
      ['POST', 'a=1'],
      ['POST', 'a=1'],
    ]);
  });

  it('names a missing button', async () => {
    const browser = new Browser();
    await browser.get(url);
    expect(() => browser.submit({}, { button: 'Maybe' })).toThrow('no button "Maybe"');
  });
});
