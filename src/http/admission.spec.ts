import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, it } from '@jest/globals';
import { Metrics } from '../metrics/index.js';
import { admitBeforeBody, type Admissions } from './admission.js';
import { ControlledDelay } from './controlled-delay.js';

let server: FastifyInstance;

afterEach(() => server.close());

/** Starts a server in which every request has waited `waitedMs` when its turn comes. */
async function start(waitedMs: number) {
  let time = 0;
  const delay = new ControlledDelay(() => (time += waitedMs));
  const metrics = new Metrics();
  let bodies = 0;
  server = fastify();
  admitBeforeBody(server, {} as Admissions, metrics, delay);
  server.addHook('preParsing', async () => void bodies++);
  server.post('/v1/calls', async () => 'served');
  server.get('/readyz', async () => 'ready');
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  const shed = async () => (await metrics.shed.get()).values[0]?.value ?? 0;
  return { url, shed, bodies: () => bodies };
}

const post = (url: string) => fetch(`${url}/v1/calls`, { method: 'POST', body: '{}', headers: JSON_TYPE });
const JSON_TYPE = { 'content-type': 'application/json' };

it('rejects a request that has waited too long before its body is read, and says when to retry', async () => {
  const { url, shed, bodies } = await start(6000);
  const response = await post(url);
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(await response.json()).toMatchObject({ code: 'unavailable', status: 503 });
  expect([bodies(), await shed()]).toEqual([0, 1]);
});

it('serves a request that has not waited long', async () => {
  const { url, shed } = await start(100);
  expect(await (await post(url)).text()).toBe('served');
  expect(await shed()).toBe(0);
});

it('answers probes of the process, however long they have waited', async () => {
  const { url } = await start(6000);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
});
