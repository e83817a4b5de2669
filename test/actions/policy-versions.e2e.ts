import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PolicyWorld } from '../support/policy-world.js';
import { problemOf } from '../support/problem.js';
import { NOTES_PATHS } from '../support/upstream.js';

let world: PolicyWorld;

beforeAll(async () => {
  world = await PolicyWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

/** Replaces the policies if they have one of these entity tags. */
const replace = (match: string, operations: object) =>
  world.tenant.admin.send('PUT', `${world.path}/policy`, JSON.stringify({ operations }), { 'if-match': match });

const etag = async () => (await world.tenant.admin.get(`${world.path}/policy`)).headers.get('etag') ?? '';
const stored = async () => (await world.tenant.admin.get(`${world.path}/policy`)).body.operations;

describe('the ETag of policies', () => {
  it('lets a client replace what it has read, and not what someone else has changed since', async () => {
    const read = await etag();
    const first = await replace(read, { about: { enabled: false } });
    expect([first.status, first.headers.get('etag')]).toEqual([200, await etag()]);
    expect(problemOf(await replace(read, {}))).toBe('412 precondition_failed');
    expect(await stored()).toEqual({ about: { enabled: false } });
    expect((await replace(`"other", ${await etag()}`, {})).status).toBe(200);
    expect((await replace('*', {})).status).toBe(200);
    expect((await replace(`W/${await etag()}`, {})).status).toBe(200);
  });

  it('changes with the document', async () => {
    const read = await etag();
    await world.tenant.admin.patch(world.path, { openapi: world.api.document(NOTES_PATHS) });
    expect(problemOf(await replace(read, {}))).toBe('412 precondition_failed');
  });
});
