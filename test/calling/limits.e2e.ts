import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import { eventually } from '../support/eventually.js';
import { problemOf } from '../support/problem.js';
import type { TestGpt } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
/** Its calls have a deadline of one second. */
let hasty: TestApp;
let api: Upstream;
let gpt: TestGpt;

beforeAll(async () => {
  const environment = {
    CALL_MAX_REQUEST_CHARACTERS: '2000',
    CALL_MAX_RESPONSE_CHARACTERS: '1000',
  };
  [app, api] = await Promise.all([TestApp.start({ environment }), Upstream.start()]);
  hasty = await app.replica({ CALL_TIMEOUT_SECONDS: '1' });
  gpt = await (await app.tenant()).gpt();
  await gpt.action(api.document({ ...NOTES_PATHS, ...SAVE }));
});

afterAll(async () => {
  await Promise.all([hasty.stop(), api.stop()]);
  await app.stop();
});

beforeEach(() => {
  api.requests.length = 0;
  api.abandoned.length = 0;
  api.respondWith(() => ({ body: { ok: true } }));
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

describe('a request of a call', () => {
  it('is not sent if it has too many characters', async () => {
    const fits = await gpt.call('save', { arguments: { body: { text: 'x'.repeat(1900) } } });
    expect(fits.body.outcome).toBe('completed');
    const refused = await gpt.call('save', { arguments: { body: { text: 'x'.repeat(2000) } } });
    expect(problemOf(refused)).toBe('413 request_too_large');
    expect(problemOf(await gpt.call('getNote', { arguments: { id: 'x'.repeat(2000) } }))).toBe('413 request_too_large');
    expect(api.requests).toHaveLength(1);
  });
});

describe('the check of arguments', () => {
  it.each([
    ['a pattern', { type: 'string', pattern: '^(?=(a+)+$)' }, `${'a'.repeat(60)}!`],
    ['nested schemas', { $ref: '#/components/schemas/A0' }, {}],
  ])('is stopped if it would take years because of %s, and other calls are served', async (_, schema, body) => {
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
    expect(refused.body.detail).toContain('validation of the arguments against the schema timed out');
    expect(served.body.outcome).toBe('completed');
  });
});

describe('the response of a call', () => {
  it.each([
    ['text', { body: 'x'.repeat(1001) }, 'x'.repeat(1000)],
    ['JSON', { body: 'x'.repeat(5000), headers: { 'content-type': 'application/json' } }, 'x'.repeat(1000)],
    ['20 MB of text', { body: 'x'.repeat(20_000_000) }, 'x'.repeat(1000)],
    ['surrogate pairs, not split', { body: `x${'🙂'.repeat(600)}` }, `x${'🙂'.repeat(499)}`],
    ['characters of many code points, not split', { body: `x${'👩‍🚀'.repeat(300)}` }, `x${'👩‍🚀'.repeat(199)}`],
    [
      'characters of three bytes, the last one incomplete',
      { body: '中'.repeat(5_000), headers: { 'content-type': 'text/plain; charset=utf-8' } },
      '中'.repeat(1000),
    ],
    ['exactly the limit', { body: 'x'.repeat(1000) }, 'x'.repeat(1000)],
  ])('is truncated to the limit: %s', async (_, reply, expected) => {
    api.respondWith(() => reply);
    const { response } = (await gpt.call('listNotes')).body;
    expect(response.body).toBe(expected);
    expect(response.truncated).toBe(String(reply.body).length > 1000);
  });

  it('fails with 504 upstream_timeout if it never arrives', async () => {
    api.respondWith(() => 'silence');
    expect(problemOf(await gpt.at(hasty).call('listNotes'))).toBe('504 upstream_timeout');
    await eventually(
      () => api.abandoned.length,
      (count) => count === 1,
    );
  });

  it('is not requested again after a failure', async () => {
    api.respondWith(() => 'silence');
    await gpt.at(hasty).call('save', { arguments: { body: {} } });
    expect(api.requests).toHaveLength(1);
  });
});

describe('a call to an upstream', () => {
  it('fails with 502 upstream_unreachable behind a closed port', async () => {
    const closed = await gptAt(app, `http://127.0.0.1:${await freePort()}`);
    expect(problemOf(await closed.call('listNotes'))).toBe('502 upstream_unreachable');
  });

  it('fails with 502 upstream_invalid if the response is invalid', async () => {
    api.respondWith(() => ({ headers: { 'content-encoding': 'br' }, body: 'rubbish' }));
    expect(problemOf(await gpt.call('listNotes'))).toBe('502 upstream_invalid');
  });

  it('fails with 403 egress_denied on a private address', async () => {
    const denied = await gptAt(app, 'http://10.1.2.3');
    expect(problemOf(await denied.call('listNotes'))).toBe('403 egress_denied');
  });

  it('names the EGRESS_ALLOW entry for a private address to admins, and the code alone to runtime keys', async () => {
    const denied = await gptAt(app, 'http://10.1.2.3');
    const asAdmin = await denied.tenant.admin.post(`${denied.path}/call`, { operation_id: 'listNotes' });
    expect(problemOf(asAdmin)).toBe('403 egress_denied');
    expect(asAdmin.body.detail).toBe(
      '10.1.2.3 is blocked: private address (private use); add 10.1.2.3:80 to EGRESS_ALLOW to allow it',
    );
    const asRuntime = await denied.call('listNotes');
    expect(asRuntime.body.detail).toBe('the egress policy does not allow this address');
    expect(JSON.stringify(asRuntime.body)).not.toMatch(/10\.1\.2\.3|private|EGRESS_ALLOW/);
  });

  it('fails with 403 egress_denied on loopback if nothing is allowed', async () => {
    const strict = await TestApp.start({ environment: { EGRESS_ALLOW: '' } });
    try {
      expect(problemOf(await (await gptAt(strict, api.url)).call('listNotes'))).toBe('403 egress_denied');
      expect(api.requests).toHaveLength(0);
    } finally {
      await strict.stop();
    }
  });
});

describe('a caller that disconnects', () => {
  it('aborts the request to the upstream', async () => {
    const patient = await TestApp.start();
    try {
      const own = await gptAt(patient, api.url);
      api.respondWith(() => 'silence');
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
