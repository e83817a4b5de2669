import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import { eventually } from '../support/eventually.js';
import { problemOf } from '../support/problem.js';
import type { TestGpt } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let gpt: TestGpt;

beforeAll(async () => {
  const environment = {
    CALL_MAX_REQUEST_CHARACTERS: '2000',
    CALL_MAX_RESPONSE_CHARACTERS: '1000',
    CALL_TIMEOUT_SECONDS: '1',
  };
  [app, api] = await Promise.all([TestApp.start({ environment }), Upstream.start()]);
  gpt = await (await app.tenant()).gpt();
  await gpt.action(api.document({ ...NOTES_PATHS, ...SAVE }));
});

afterAll(async () => {
  await Promise.all([app.stop(), api.stop()]);
});

beforeEach(() => {
  api.requests.length = 0;
  api.abandoned.length = 0;
  api.answers(() => ({ body: { ok: true } }));
});

const SAVE = {
  '/save': {
    post: {
      operationId: 'save',
      'x-openai-isConsequential': false,
      requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
      responses: { 200: { description: 'x' } },
    },
  },
};

describe('a request', () => {
  it('of more characters than are allowed is not sent', async () => {
    const fits = await gpt.call('save', { arguments: { body: { text: 'x'.repeat(1900) } } });
    expect(fits.body.outcome).toBe('completed');
    const refused = await gpt.call('save', { arguments: { body: { text: 'x'.repeat(2000) } } });
    expect(problemOf(refused)).toBe('413 request_too_large');
    expect(problemOf(await gpt.call('getNote', { arguments: { id: 'x'.repeat(2000) } }))).toBe('413 request_too_large');
    expect(api.requests).toHaveLength(1);
  });
});

describe('a check of arguments', () => {
  it.each([
    ['a pattern', { type: 'string', pattern: '^(a+)+$' }, `${'a'.repeat(60)}!`],
    ['schemas within schemas', { $ref: '#/components/schemas/A0' }, {}],
  ])('that would take years with %s is given up, and others are served', async (_, schema, body) => {
    const refer = (level: number) => ({ $ref: `#/components/schemas/A${level + 1}` });
    const levels = Array.from({ length: 40 }, (_each, level) => [
      `A${level}`,
      { anyOf: [refer(level), { ...refer(level), title: 'again' }] },
    ]);
    const schemas = { ...Object.fromEntries(levels), A40: { type: 'object', required: ['z'] } };
    const requestBody = { content: { 'application/json': { schema } } };
    const post = { operationId: 'hard', 'x-openai-isConsequential': false, requestBody, responses: {} };
    const hostile = await (await app.tenant()).gpt();
    await hostile.action({ ...api.document({ '/hard': { post } }), components: { schemas } });

    const [refused, served] = await Promise.all([hostile.call('hard', { arguments: { body } }), gpt.call('listNotes')]);
    expect(problemOf(refused)).toBe('400 invalid_arguments /arguments');
    expect(refused.body.detail).toContain('take too long to be checked');
    expect(served.body.outcome).toBe('completed');
  });
});

describe('an answer', () => {
  it.each([
    ['text', { body: 'x'.repeat(1001) }, 'x'.repeat(1000)],
    ['JSON', { body: 'x'.repeat(5000), headers: { 'content-type': 'application/json' } }, 'x'.repeat(1000)],
    ['much more than anybody could want', { body: 'x'.repeat(20_000_000) }, 'x'.repeat(1000)],
    ['characters of two halves, cut between', { body: `x${'🙂'.repeat(600)}` }, `x${'🙂'.repeat(499)}`],
    ['characters of many code points, cut between', { body: `x${'👩‍🚀'.repeat(300)}` }, `x${'👩‍🚀'.repeat(199)}`],
    [
      'characters of three bytes, of which the last that was read is broken',
      { body: '中'.repeat(5_000), headers: { 'content-type': 'text/plain; charset=utf-8' } },
      '中'.repeat(1000),
    ],
    ['exactly as much as is allowed', { body: 'x'.repeat(1000) }, 'x'.repeat(1000)],
  ])('is cut where it is too long: %s', async (_, reply, expected) => {
    api.answers(() => reply);
    const { response } = (await gpt.call('listNotes')).body;
    expect(response.body).toBe(expected);
    expect(response.truncated).toBe(String(reply.body).length > 1000);
  });

  it('that never comes is 504 upstream_timeout', async () => {
    api.answers(() => 'silence');
    expect(problemOf(await gpt.call('listNotes'))).toBe('504 upstream_timeout');
    await eventually(
      () => api.abandoned.length,
      (count) => count === 1,
    );
  });

  it('that fails is not asked for again', async () => {
    api.answers(() => 'silence');
    await gpt.call('save', { arguments: { body: {} } });
    expect(api.requests).toHaveLength(1);
  });
});

describe('an upstream', () => {
  it('behind a closed port is 502 upstream_unreachable', async () => {
    const closed = await gptAt(app, `http://127.0.0.1:${await freePort()}`);
    expect(problemOf(await closed.call('listNotes'))).toBe('502 upstream_unreachable');
  });

  it('that does not speak HTTP is 502 upstream_invalid', async () => {
    api.answers(() => ({ headers: { 'content-encoding': 'br' }, body: 'rubbish' }));
    expect(problemOf(await gpt.call('listNotes'))).toBe('502 upstream_invalid');
  });

  it('on a private address is 403 egress_denied, and is not even connected to', async () => {
    const denied = await gptAt(app, 'http://10.1.2.3');
    expect(problemOf(await denied.call('listNotes'))).toBe('403 egress_denied');
  });

  it('on loopback is 403 egress_denied where nothing is allowed', async () => {
    const strict = await TestApp.start({ environment: { EGRESS_ALLOW: '' } });
    try {
      expect(problemOf(await (await gptAt(strict, api.url)).call('listNotes'))).toBe('403 egress_denied');
      expect(api.requests).toHaveLength(0);
    } finally {
      await strict.stop();
    }
  });
});

describe('a caller who goes away', () => {
  it('ends the request to the upstream', async () => {
    const patient = await TestApp.start();
    try {
      const own = await gptAt(patient, api.url);
      api.answers(() => 'silence');
      const leaving = new AbortController();
      const call = fetch(`${patient.url}${own.path}/call`, {
        method: 'POST',
        headers: { 'x-api-key': own.tenant.runtime.key ?? '', 'content-type': 'application/json' },
        body: JSON.stringify({ operation_id: 'listNotes' }),
        signal: leaving.signal,
      });
      await eventually(
        () => api.requests.length,
        (count) => count === 1,
      );
      leaving.abort();
      await expect(call).rejects.toThrow('aborted');
      await eventually(
        () => api.abandoned.length,
        (count) => count === 1,
      );
    } finally {
      await patient.stop();
    }
  });
});

async function gptAt(where: TestApp, url: string): Promise<TestGpt> {
  const own = await (await where.tenant()).gpt();
  await own.action({ ...api.document(NOTES_PATHS), servers: [{ url }] });
  return own;
}
