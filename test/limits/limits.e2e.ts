import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mintKey, newId } from '../../src/common/index.js';
import { TestApp } from '../support/app.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import { Client, type ApiResponse } from '../support/client.js';
import { EndUser } from '../support/end-user.js';
import { eventually } from '../support/eventually.js';
import { problemOf } from '../support/problem.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

const redis = process.env['TEST_REDIS_URL'];

/** A window of an hour, so that no window ends during a test, and a short one. */
const LONG = { RATE_LIMIT_WINDOW_SECONDS: '3600', RATE_LIMIT_TENANT: '0' };
const SHORT = { RATE_LIMIT_WINDOW_SECONDS: '1', RATE_LIMIT_TENANT: '0' };

let app: TestApp;
let api: Upstream;
let provider: AuthorizationServer;

beforeAll(async () => {
  [app, api, provider] = await Promise.all([TestApp.start(), Upstream.start(), AuthorizationServer.start()]);
});

afterAll(async () => {
  await Promise.all([app.stop(), api.stop(), provider.stop()]);
});

async function withLimits(environment: Record<string, string>, work: (limited: TestApp) => Promise<void>) {
  const limited = await app.replica(environment);
  try {
    await work(limited);
  } finally {
    await limited.stop();
  }
}

const noted = ({ headers }: ApiResponse) => [headers.get('ratelimit-policy'), headers.get('ratelimit')];
const statuses = (answers: ApiResponse[]) => answers.map(({ status }) => status);

async function callable(tenant: TestTenant, auth?: object): Promise<TestGpt> {
  const gpt = await tenant.gpt();
  await gpt.action(api.document(NOTES_PATHS), auth);
  return gpt;
}

describe('the rate limit of an API key', () => {
  it('is reported in every response, and rejects further requests until the window ends', async () => {
    const tenant = await app.tenant();
    await withLimits({ ...SHORT, RATE_LIMIT_KEY: '3' }, async (limited) => {
      const { admin } = tenant.at(limited);
      // A window may end between two of these requests; they are then repeated.
      const answers = await eventually(
        async () => {
          const all: ApiResponse[] = [];
          for (let count = 0; count < 4; count++) all.push(await admin.get('/v1/gpts'));
          return all;
        },
        (all) => statuses(all).join() === '200,200,200,429',
      );
      expect(noted(answers[0] as ApiResponse)).toEqual(['"key";q=3;w=1', '"key";r=2;t=1']);
      expect(noted(answers[2] as ApiResponse)).toEqual(['"key";q=3;w=1', '"key";r=0;t=1']);
      const refused = answers[3] as ApiResponse;
      expect(problemOf(refused)).toBe('429 rate_limited');
      expect(noted(refused)).toEqual(['"key";q=3;w=1', '"key";r=0;t=1']);
      expect(refused.headers.get('retry-after')).toBe('1');
      expect(refused.headers.get('content-type')).toContain('application/problem+json');
      await eventually(
        () => admin.get('/v1/gpts'),
        ({ status }) => status === 200,
      );
      const metrics = (await limited.anonymous.get('/metrics')).body;
      expect(metrics).toMatch(/countersign_rate_limited_total\{limit="key"\} [1-9]/);
    });
  });

  it('does not affect other keys of the tenant or other tenants', async () => {
    const [tenant, other] = [await app.tenant(), await app.tenant()];
    await withLimits({ ...LONG, RATE_LIMIT_KEY: '2' }, async (limited) => {
      const here = tenant.at(limited);
      for (let count = 0; count < 3; count++) await here.admin.get('/v1/gpts');
      expect((await here.admin.get('/v1/gpts')).status).toBe(429);
      expect((await here.runtime.get('/v1/providers')).status).toBe(200);
      expect((await other.at(limited).admin.get('/v1/gpts')).status).toBe(200);
    });
  });

  it('is not exceeded by concurrent requests', async () => {
    const tenant = await app.tenant();
    await withLimits({ ...LONG, RATE_LIMIT_KEY: '20' }, async (limited) => {
      const { admin } = tenant.at(limited);
      const answers = await Promise.all(Array.from({ length: 60 }, () => admin.get('/v1/gpts')));
      expect(statuses(answers).filter((status) => status === 200)).toHaveLength(20);
      expect(statuses(answers).filter((status) => status === 429)).toHaveLength(40);
    });
  });

  it('is disabled by the value 0', async () => {
    const tenant = await app.tenant();
    await withLimits({ RATE_LIMIT_KEY: '0', RATE_LIMIT_TENANT: '0' }, async (limited) => {
      expect(noted(await tenant.at(limited).admin.get('/v1/gpts'))).toEqual([null, null]);
    });
  });
});

describe('the rate limit of a tenant', () => {
  it('counts the requests of all its keys together, and none of another tenant', async () => {
    const [tenant, other] = [await app.tenant(), await app.tenant()];
    await withLimits({ ...LONG, RATE_LIMIT_TENANT: '2' }, async (limited) => {
      const { admin, runtime } = tenant.at(limited);
      const first = await admin.get('/v1/gpts');
      expect(noted(first)).toEqual([
        '"key";q=60000;w=3600, "tenant";q=2;w=3600',
        expect.stringMatching(/^"key";r=59999;t=\d+, "tenant";r=1;t=\d+$/),
      ]);
      await runtime.get('/v1/connections?user=alice');
      for (const client of [admin, runtime]) {
        const refused = await client.get('/v1/connections?user=alice');
        expect(problemOf(refused)).toBe('429 rate_limited');
        expect(refused.body.detail).toContain('"tenant"');
      }
      expect((await other.at(limited).admin.get('/v1/gpts')).status).toBe(200);
    });
  });

  it('does not count requests that the limit of their key rejects', async () => {
    const tenant = await app.tenant();
    await withLimits({ ...LONG, RATE_LIMIT_KEY: '1', RATE_LIMIT_TENANT: '2' }, async (limited) => {
      const { admin, runtime } = tenant.at(limited);
      const get = (client: typeof admin) => client.get('/v1/connections?user=alice');
      for (let attempt = 0; attempt < 5; attempt += 1) await get(admin);
      expect((await get(runtime)).status).toBe(200);
    });
  });
});

describe('the rate limit of an end user', () => {
  it('counts calls per user and tenant, and is reported beside the limit of the key', async () => {
    const [tenant, other] = [await app.tenant(), await app.tenant()];
    const [gpt, stranger] = [await callable(tenant), await callable(other)];
    await withLimits({ ...LONG, RATE_LIMIT_USER: '2', RATE_LIMIT_KEY: '100' }, async (limited) => {
      const call = (at: TestGpt, user?: string) => at.at(limited).call('listNotes', { ...(user && { user }) });
      const first = await call(gpt, 'alice');
      expect(noted(first)).toEqual([
        '"key";q=100;w=3600, "user";q=2;w=3600',
        expect.stringMatching(/^"key";r=99;t=\d+, "user";r=1;t=\d+$/),
      ]);
      const received = api.requests.length;
      const answers = [await call(gpt, 'alice'), await call(gpt, 'alice'), await call(gpt, 'bob')];
      expect(statuses(answers)).toEqual([200, 429, 200]);
      expect(api.requests).toHaveLength(received + 2);
      expect(statuses([await call(gpt), await call(stranger, 'alice')])).toEqual([200, 200]);
    });
  });
});

describe('the rate limit of a sign-in', () => {
  it('shows an error page, and counts each link separately', async () => {
    const gpt = await callable(await app.tenant(), provider.schema());
    await withLimits({ ...LONG, RATE_LIMIT_SIGN_IN: '2' }, async (limited) => {
      const [one, two] = [
        await new EndUser(gpt.at(limited), 'alice').getsSignInLink(),
        await new EndUser(gpt.at(limited), 'bob').getsSignInLink(),
      ];
      const open = ({ offer }: typeof one) => limited.anonymous.get(new URL(offer.url).pathname);
      expect(statuses([await open(one), await open(one)])).toEqual([200, 200]);
      const refused = await open(one);
      expect([refused.status, refused.headers.get('content-type')]).toEqual([429, 'text/html; charset=utf-8']);
      expect(refused.body).toContain('Please wait a moment');
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await open(two)).status).toBe(200);
    });
  });

  it('counts callbacks by state', async () => {
    const gpt = await callable(await app.tenant(), provider.schema());
    await withLimits({ ...LONG, RATE_LIMIT_SIGN_IN: '4' }, async (limited) => {
      const [one, two] = [
        await new EndUser(gpt.at(limited), 'alice').signsInAtProvider(),
        await new EndUser(gpt.at(limited), 'bob').signsInAtProvider(),
      ];
      const path = new URL(one.callbackUrl).pathname;
      const forged = () => limited.anonymous.get(`${path}?state=forged&code=x`);
      const answers = await Promise.all(Array.from({ length: 6 }, forged));
      expect(statuses(answers).toSorted()).toEqual([404, 404, 404, 404, 429, 429]);
      for (const attempt of [one, two]) {
        await attempt.returns();
        expect((await attempt.view()).status).toBe('connected');
      }
    });
  });
});

describe('the rate limit of failed authentication', () => {
  const stranger = (at: TestApp) => new Client(at.url, mintKey('admin', newId('key')).key);

  it('rejects only failed attempts, by address', async () => {
    const tenant = await app.tenant();
    await withLimits({ ...LONG, RATE_LIMIT_FAILED_AUTHENTICATION: '3' }, async (limited) => {
      const answers: ApiResponse[] = [];
      for (const client of [stranger(limited), limited.anonymous, new Client(limited.url, 'garbage')]) {
        answers.push(await client.get('/v1/gpts'));
      }
      answers.push(await stranger(limited).get('/v1/gpts'));
      expect(answers.map(problemOf)).toEqual([...Array<string>(3).fill('401 unauthenticated'), '429 rate_limited']);
      const known = await tenant.at(limited).admin.get('/v1/gpts');
      expect([known.status, known.headers.get('ratelimit')]).toEqual([200, expect.stringMatching(/^"key";/)]);
    });
  });

  it('uses the address from trusted proxies, and counts an IPv6 network as one address', async () => {
    await withLimits(
      { ...LONG, RATE_LIMIT_FAILED_AUTHENTICATION: '1', TRUSTED_PROXIES: '127.0.0.1' },
      async (limited) => {
        const from = async (address: string) =>
          (await limited.anonymous.send('GET', '/v1/gpts', undefined, { 'x-forwarded-for': address })).status;
        expect([await from('203.0.113.7'), await from('203.0.113.7'), await from('203.0.113.8')]).toEqual([
          401, 429, 401,
        ]);
        expect([await from('2001:db8::1'), await from('2001:db8::2'), await from('2001:db8:0:1::1')]).toEqual([
          401, 429, 401,
        ]);
      },
    );
  });

  it('cannot be circumvented with headers from the client', async () => {
    await withLimits({ ...LONG, RATE_LIMIT_FAILED_AUTHENTICATION: '1' }, async (limited) => {
      const from = async (address: string) =>
        (await limited.anonymous.send('GET', '/v1/gpts', undefined, { 'x-forwarded-for': address })).status;
      expect([await from('203.0.113.7'), await from('203.0.113.8')]).toEqual([401, 429]);
    });
  });
});

(redis ? describe : describe.skip)('rate limits with Redis', () => {
  const shared = { ...LONG, REDIS_URL: redis ?? '' };

  it('are shared by replicas and not exceeded by concurrent requests', async () => {
    const tenant = await app.tenant();
    await withLimits({ ...shared, RATE_LIMIT_KEY: '20' }, async (one) => {
      await withLimits({ ...shared, RATE_LIMIT_KEY: '20' }, async (two) => {
        // Until they are connected, each replica counts separately.
        for (const { anonymous } of [one, two]) {
          await eventually(
            () => anonymous.get('/readyz'),
            ({ status }) => status === 200,
          );
        }
        const clients = [tenant.at(one).admin, tenant.at(two).admin];
        const answers = await Promise.all(
          Array.from({ length: 60 }, (_, index) => (clients[index % 2] as Client).get('/v1/gpts')),
        );
        expect(statuses(answers).filter((status) => status === 200)).toHaveLength(20);
      });
    });
  });
});

it('rate limits work without Redis while it does not respond', async () => {
  const tenant = await app.tenant();
  await withLimits({ ...LONG, REDIS_URL: 'redis://127.0.0.1:1', RATE_LIMIT_KEY: '2' }, async (limited) => {
    const { admin } = tenant.at(limited);
    const answers = [await admin.get('/v1/gpts'), await admin.get('/v1/gpts'), await admin.get('/v1/gpts')];
    expect(statuses(answers)).toEqual([200, 200, 429]);
  });
});
