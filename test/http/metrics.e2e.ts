// Runs once: it does not depend on the database.
import { afterEach, describe, expect, it } from '@jest/globals';
import { MetricsListener } from '../../src/metrics/index.js';
import { TestApp } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import { problemOf } from '../support/problem.js';

const TOKEN = 'a-token-for-the-metrics';

let app: TestApp;

afterEach(() => app.stop());

const withToken = (authorization: string) => app.anonymous.send('GET', '/metrics', undefined, { authorization });

describe('/metrics with METRICS_TOKEN', () => {
  it('requires it as a bearer token', async () => {
    app = await TestApp.start({ environment: { METRICS_TOKEN: TOKEN } });
    for (const scheme of ['Bearer', 'bearer']) {
      const { status, body } = await withToken(`${scheme} ${TOKEN}`);
      expect(status).toBe(200);
      expect(body).toContain('countersign_calls_total');
    }
    const refused = [
      await app.anonymous.get('/metrics'),
      await withToken(`Bearer ${TOKEN}x`),
      await withToken(`Bearer ${TOKEN.slice(0, -1)}`),
      await withToken(TOKEN),
      await withToken(`Basic ${TOKEN}`),
      await withToken('Bearer '),
      await app.anonymous.get(`/metrics?token=${TOKEN}`),
      await app.operator.get('/metrics'),
    ];
    expect(refused.map(problemOf)).toEqual(refused.map(() => '401 unauthenticated'));
    expect(refused[0]?.headers.get('www-authenticate')).toBe('Bearer');
    expect(app.logLines.join('')).not.toContain(TOKEN);
  });
});

describe('/metrics with METRICS_PORT', () => {
  async function startOnPort(environment: Record<string, string> = {}): Promise<string> {
    const port = String(await freePort());
    app = await TestApp.start({ environment: { ...environment, METRICS_PORT: port } });
    await app.get(MetricsListener).listen();
    return `http://127.0.0.1:${port}`;
  }

  it('is on that port only, which serves nothing else', async () => {
    const url = await startOnPort();
    const answer = await fetch(`${url}/metrics`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/plain')]);
    expect(await answer.text()).toContain('countersign_calls_total');
    expect(problemOf(await app.anonymous.get('/metrics'))).toBe('404 not_found');
    for (const path of ['/', '/healthz', '/v1/tenants', '/console']) {
      expect((await fetch(url + path)).status).toBe(404);
    }
  });

  it('requires METRICS_TOKEN there as well', async () => {
    const url = await startOnPort({ METRICS_TOKEN: TOKEN });
    const refused = await fetch(`${url}/metrics`);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(await refused.json()).toMatchObject({ code: 'unauthenticated' });
    expect((await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(200);
  });

  it('closes the port when the server stops', async () => {
    const url = await startOnPort();
    await app.restart();
    await expect(fetch(`${url}/metrics`)).rejects.toThrow('fetch failed');
  });
});
