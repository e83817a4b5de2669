import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { setCallPolicy } from '../support/call-policy.js';
import type { ApiResponse } from '../support/client.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

const KEY = 'canary-key-5b0c9a7e21';
const QUERY_KEY = { type: 'api_key', auth_type: 'bearer', location: 'query', parameter_name: 'key', api_key: KEY };

let app: TestApp;
let api: Upstream;
let other: Upstream;
let tenant: TestTenant;
let gpt: TestGpt;

beforeAll(async () => {
  [app, api, other] = await Promise.all([TestApp.start(), Upstream.start(), Upstream.start()]);
  tenant = await app.tenant();
  gpt = await tenant.gpt();
  await gpt.action(api.document(NOTES_PATHS), QUERY_KEY);
});

afterAll(() => Promise.all([app.stop(), api.stop(), other.stop()]));

beforeEach(() => {
  [api.requests.length, other.requests.length] = [0, 0];
});

afterEach(() => void jest.restoreAllMocks());

/** Redirects from each of these paths, and answers all others. */
function redirect(from: Record<string, string>, status = 302): void {
  api.respondWith(({ path }) => {
    const location = from[path];
    return location === undefined ? { body: { path } } : { status, headers: { location }, body: 'moved' };
  });
}

const notesOf = ({ body }: ApiResponse): unknown[] => body.notices.map(({ message }: { message: string }) => message);
const sent = () => api.requests.map(({ path, query }) => `${path} ${query.toString()}`);

describe('a redirect', () => {
  it('is the result without a policy, with a notice that says where it leads', async () => {
    redirect({ '/notes': `/notes/new?key=${KEY}&token=x#part` });
    const { body } = await gpt.call('listNotes');
    expect(body).toMatchObject({
      response: { status: 302, headers: { location: '/notes/new?key=[HIDDEN]&token=x#part' }, body: 'moved' },
      notices: [
        {
          pointer: '/response/headers/location',
          message: `redirects to ${api.url}/notes/new?…, which is not requested: the operation's policy does not have \`follow_redirects\``,
        },
      ],
    });
    expect(api.requests).toHaveLength(1);
  });

  it.each([301, 302, 303, 307, 308])(
    'with status %d is followed within the origin, with the credential',
    async (status) => {
      setCallPolicy(app, { followRedirects: true });
      redirect({ '/notes': '/v2/notes?limit=5&key=stale&key=again#part' }, status);
      const answer = await gpt.call('listNotes', { arguments: { limit: 5 } });
      expect(answer.body.response).toMatchObject({ status: 200, body: { path: '/v2/notes' } });
      expect(sent()).toEqual([`/notes limit=5&key=${KEY}`, `/v2/notes limit=5&key=${KEY}`]);
      expect(answer.body.notices).toEqual([
        { pointer: '/response', message: `was redirected to ${api.url}/v2/notes?…` },
      ]);
    },
  );

  it('carries a credential and static headers in headers', async () => {
    setCallPolicy(app, { followRedirects: true });
    const headers = await tenant.gpt();
    await headers.action(api.document(NOTES_PATHS), { type: 'api_key', auth_type: 'bearer', api_key: KEY });
    redirect({ '/notes': '/v2/notes' });
    await headers.call('listNotes');
    expect(api.requests.map((request) => request.headers['authorization'])).toEqual([`Bearer ${KEY}`, `Bearer ${KEY}`]);
  });

  it('is followed at most three times', async () => {
    setCallPolicy(app, { followRedirects: true });
    redirect({ '/notes': '/1', '/1': '/2', '/2': '/3', '/3': '/4' });
    const answer = await gpt.call('listNotes');
    expect(answer.body.response.status).toBe(302);
    expect(api.requests.map(({ path }) => path)).toEqual(['/notes', '/1', '/2', '/3']);
    const at = (path: string) => `${api.url}${path}`;
    expect(notesOf(answer)).toEqual([
      `was redirected to ${at('/1?…')}, ${at('/2?…')}, ${at('/3?…')}`,
      `redirects to ${at('/4')}, which is not requested: at most 3 redirects are followed`,
    ]);
  });

  it.each([
    ['another port', () => `${other.url}/x?token=secret`, () => `${other.url}/x?…`],
    [
      'another host',
      () => api.url.replace('127.0.0.1', 'localhost'),
      () => `${api.url.replace('127.0.0.1', 'localhost')}/`,
    ],
    ['another scheme', () => api.url.replace('http', 'https'), () => `${api.url.replace('http', 'https')}/`],
    ['a user', () => api.url.replace('//', '//user:secret@'), () => `${api.url}/`],
    ['no URL', () => 'http://', () => 'an invalid URL'],
    ['a mail address', () => 'mailto:secret@example.com', () => 'a mailto: URL'],
  ])('to %s is not followed', async (_, location, shown) => {
    setCallPolicy(app, { followRedirects: true });
    redirect({ '/notes': location() });
    const answer = await gpt.call('listNotes');
    expect(answer.body.response.status).toBe(302);
    expect(notesOf(answer)).toEqual([
      `redirects to ${shown()}, which is not requested: redirects to other origins are not followed`,
    ]);
    expect([api.requests.length, other.requests.length]).toEqual([1, 0]);
  });

  it('is not followed to an operation that the policy disables', async () => {
    const isDisabledPath = (method: string, path: string) => method === 'GET' && path === '/about';
    setCallPolicy(app, { followRedirects: true, isDisabledPath });
    redirect({ '/notes': '/step', '/step': '/about' });
    const answer = await gpt.call('listNotes');
    expect(answer.body.response.status).toBe(302);
    expect(api.requests.map(({ path }) => path)).toEqual(['/notes', '/step']);
    expect(notesOf(answer).at(-1)).toBe(
      `redirects to ${api.url}/about, which is not requested: the action's policy does not allow it`,
    );
  });

  it('of a POST is not followed', async () => {
    setCallPolicy(app, { followRedirects: true });
    redirect({ '/notes': '/v2/notes' }, 307);
    const confirmed = (await gpt.call('createNote', { arguments: { body: { title: 'a' } } })).body.confirmation;
    const again = { arguments: { body: { title: 'a' } }, confirmation: confirmed.token };
    const answer = await gpt.call('createNote', again);
    expect(answer.body.response.status).toBe(307);
    expect(notesOf(answer)).toEqual([
      `redirects to ${api.url}/v2/notes, which is not requested: redirects of POST are not followed`,
    ]);
    expect(api.requests).toHaveLength(1);
  });

  it('is shown by its last request', async () => {
    setCallPolicy(app, { followRedirects: true });
    redirect({ '/notes': '/v2/notes' });
    const call = { operation_id: 'listNotes', show_request: true };
    const { body } = await tenant.admin.post(`${gpt.path}/call`, call);
    expect(body.request).toMatchObject({ method: 'GET', url: `${api.url}/v2/notes?key=[HIDDEN]` });
  });

  it('is followed within the deadline of the call', async () => {
    const hasty = await app.replica({ CALL_TIMEOUT_SECONDS: '2' });
    try {
      setCallPolicy(hasty, { followRedirects: true });
      api.respondWith(({ path }) =>
        path === '/notes' ? { status: 302, headers: { location: '/silent' }, body: '' } : 'silence',
      );
      const call = { operation_id: 'listNotes', show_request: true };
      const answer = await tenant.at(hasty).admin.post(`${gpt.path}/call`, call);
      expect(answer.body).toMatchObject({
        code: 'upstream_timeout',
        request: { url: `${api.url}/silent?key=[HIDDEN]` },
      });
    } finally {
      await hasty.stop();
    }
  });
});
