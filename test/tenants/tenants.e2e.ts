import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Libsql from 'libsql';
import { Action } from '../../src/actions/store/action.entity.js';
import { Connection } from '../../src/connections/store/connection.entity.js';
import { Database, TenantStore } from '../../src/database/index.js';
import { KeysService } from '../../src/tenants/keys.service.js';
import { Tenant } from '../../src/tenants/tenant.entity.js';
import { DataKey } from '../../src/vault/data-key.entity.js';
import { TestApp } from '../support/app.js';
import { Client, type ApiResponse } from '../support/client.js';
import { connectMany } from '../support/many-connections.js';
import { problemOf } from '../support/problem.js';
import { database } from '../support/test-database.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;

beforeAll(async () => {
  [app, api] = await Promise.all([TestApp.start(), Upstream.start()]);
});

afterAll(async () => {
  await Promise.all([app.stop(), api.stop()]);
});

describe('creating a tenant', () => {
  it('returns the tenant and its first admin key, which is shown only once', async () => {
    const { status, body } = await app.operator.post('/v1/tenants', { name: 'Acme', slug: 'acme' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^t-[a-z0-9]{26}$/),
      name: 'Acme',
      allowed_origins: [],
      user_verification: 'page',
      user_verification_url: null,
      oauth_domain_rule: 'warn',
      allow_skipping_confirmation: false,
      logo: null,
      accent_color: null,
      slug: 'acme',
      return_url_origins: [],
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      updated_at: body.created_at,
      admin_key: {
        id: expect.stringMatching(/^key-/),
        key: expect.stringMatching(new RegExp(`^cs_admin_${body.admin_key.id}_[a-z0-9]{60}$`)),
      },
    });
    const { key } = body.admin_key;
    const admin = new Client(app.url, key);
    const later = await Promise.all([
      app.operator.get(`/v1/tenants/${body.id}`),
      admin.get(`/v1/tenants/${body.id}`),
      admin.get('/v1/keys'),
      admin.get('/v1/audit-events'),
    ]);
    expect(later.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    const secret = key.split('_').at(-1).slice(0, -8);
    expect(JSON.stringify(later.map((answer) => answer.body))).not.toContain(secret);
    expect(await app.database.dump()).not.toContain(secret);
    expect(app.logLines.join('')).not.toContain(secret);
  });

  it('derives a unique slug from the name, even if names repeat', async () => {
    const slugs = await Promise.all(
      ['Süß & Co.', 'Süß & Co.', '日本'].map(
        async (name) => (await app.operator.post('/v1/tenants', { name })).body.slug,
      ),
    );
    expect(new Set(slugs).size).toBe(3);
    for (const slug of slugs) expect(slug).toMatch(/^[a-z0-9][a-z0-9-]*[a-z0-9]$/);
  });

  it('rejects a slug that another tenant has, even if both are created concurrently', async () => {
    const answers = await Promise.all(
      [1, 2, 3].map(() => app.operator.post('/v1/tenants', { name: 'X', slug: 'same' })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    const refused = answers.find(({ status }) => status === 409) as ApiResponse;
    expect(problemOf(refused)).toBe('409 slug_taken /slug');
    const all = await allTenants();
    expect(all.filter(({ slug }) => slug === 'same')).toHaveLength(1);
  });

  it.each([
    [{}, '400 invalid_request /name'],
    [{ name: '' }, '400 invalid_request /name'],
    [{ name: 'x'.repeat(201) }, '400 invalid_request /name'],
    [{ name: 7 }, '400 invalid_request /name'],
    [{ name: 'X', slug: 'Not A Slug' }, '400 invalid_request /slug'],
    [{ name: 'X', slug: '-x' }, '400 invalid_request /slug'],
    [{ name: 'X', colour: 'red' }, '400 invalid_request /colour'],
    [{ name: 'X', id: 't-mine' }, '400 invalid_request /id'],
    [{ name: 'X', 'a/b~c': 1 }, '400 invalid_request /a~1b~0c'],
    [{ name: 'X', return_url_origins: 'https://a.example' }, '400 invalid_request /return_url_origins'],
    [{ name: 'X', return_url_origins: ['http://a.example'] }, '400 invalid_request /return_url_origins'],
    [{ name: 'X', return_url_origins: ['https://a.example/path'] }, '400 invalid_request /return_url_origins'],
    [{ name: 'X', return_url_origins: ['javascript:alert(1)'] }, '400 invalid_request /return_url_origins'],
    [{ name: 'X', return_url_origins: ['https://@a.example'] }, '400 invalid_request /return_url_origins'],
    [{ name: 'X', allowed_origins: [`https://${'a'.repeat(300)}`] }, '400 invalid_request /allowed_origins'],
    [{ name: 'X', user_verification_url: 'http://10.0.0.1/' }, '400 invalid_request /user_verification_url'],
    [{ name: 'X', user_verification_url: 'https://@a.example/' }, '400 invalid_request /user_verification_url'],
    [{ name: 'X', user_verification_url: 'https://a.example/#' }, '400 invalid_request /user_verification_url'],
    [{ name: 'X', user_verification_url: 'https://a.example/\u0000' }, '400 invalid_request /user_verification_url'],
    [{ slug: 'A', colour: 1 }, '400 invalid_request /colour /name /slug'],
    [[], '400 invalid_request '],
    ['"text"', '400 invalid_request '],
    ['null', '400 invalid_request '],
  ])('rejects the body %j', async (body, problem) => {
    expect(problemOf(await app.operator.post('/v1/tenants', body))).toBe(problem);
  });
});

describe('changing a tenant', () => {
  it('is allowed to its own admin, field by field', async () => {
    const tenant = await app.tenant('Before');
    const path = `/v1/tenants/${tenant.id}`;
    const before = (await tenant.admin.get(path)).body;
    const { status, body } = await tenant.admin.patch(path, { return_url_origins: ['https://chat.acme.example'] });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...before,
      return_url_origins: ['https://chat.acme.example'],
      updated_at: expect.any(String),
    });
    await tenant.admin.patch(path, { name: 'After' });
    expect((await app.operator.get(path)).body).toMatchObject({
      ...body,
      name: 'After',
      updated_at: expect.any(String),
    });
  });

  it("is not found for another tenant's admin", async () => {
    const [tenant, other] = [await app.tenant(), await app.tenant()];
    const refused = await other.admin.patch(`/v1/tenants/${tenant.id}`, { name: 'Mine' });
    expect(problemOf(refused)).toBe('404 not_found');
    expect((await tenant.admin.get(`/v1/tenants/${tenant.id}`)).body.name).toBe('Acme');
  });

  it('rejects the slug of another tenant', async () => {
    await app.operator.post('/v1/tenants', { name: 'First', slug: 'first' });
    const tenant = await app.tenant();
    expect(problemOf(await tenant.admin.patch(`/v1/tenants/${tenant.id}`, { slug: 'first' }))).toBe(
      '409 slug_taken /slug',
    );
  });
});

describe('the list of tenants', () => {
  it('contains each tenant once across its pages, oldest first', async () => {
    for (let i = 0; i < 5; i++) await app.tenant(`Page ${i}`);
    const whole = (await app.operator.get('/v1/tenants?limit=200')).body;
    expect(whole.next_cursor).toBeNull();
    const paged = await allTenants();
    expect(paged).toEqual(whole.data);
    const times = paged.map(({ created_at }) => created_at);
    expect(times).toEqual(times.toSorted());
  });

  it.each([
    ['cursor=nonsense', '/cursor'],
    [`cursor=${Buffer.from("1 t-x' OR 1=1").toString('base64url')}`, '/cursor'],
    [`cursor=${'x'.repeat(201)}`, '/cursor'],
    ['cursor=a&cursor=b', '/cursor'],
    ['limit=0', '/limit'],
    ['limit=201', '/limit'],
    ['limit=ten', '/limit'],
    ['limit=1.5', '/limit'],
    ['colour=red', '/colour'],
  ])('rejects ?%s', async (query, pointer) => {
    expect(problemOf(await app.operator.get(`/v1/tenants?${query}`))).toBe(`400 invalid_request ${pointer}`);
  });
});

describe('deleting a tenant', () => {
  it('deletes its data and invalidates its keys', async () => {
    const tenant = await app.tenant('Gone');
    const gpt = await tenant.gpt();
    const action = await gpt.action(api.document(NOTES_PATHS), {
      type: 'api_key',
      auth_type: 'bearer',
      api_key: 'to-shred',
    });
    expect((await gpt.call('listNotes')).body.outcome).toBe('completed');
    expect((await gpt.call('createNote', { arguments: { body: { title: 'x' } } })).body.outcome).toBe(
      'confirmation_required',
    );
    const before = await rowsOf(tenant.id);
    expect(before).toMatchObject({ tenants: 1, api_keys: 2, data_keys: 1, gpts: 1, actions: 1, confirmations: 1 });

    expect((await app.operator.delete(`/v1/tenants/${tenant.id}`)).status).toBe(204);

    const after = await rowsOf(tenant.id);
    expect(Object.values(after).every((count) => count === 0)).toBe(true);
    const answers = await Promise.all([
      tenant.admin.get('/v1/gpts'),
      tenant.runtime.get(`${gpt.path}/actions/${action.id}`),
      gpt.call('listNotes'),
    ]);
    expect(answers.map(problemOf)).toEqual(Array(3).fill('401 unauthenticated'));
    expect(problemOf(await app.operator.get(`/v1/tenants/${tenant.id}`))).toBe('404 not_found');
    expect(problemOf(await app.operator.delete(`/v1/tenants/${tenant.id}`))).toBe('404 not_found');
  });

  it('leaves neither data keys nor sealed secrets in the files of the database', async () => {
    const [tenant, other] = [await app.tenant('Gone'), await app.tenant('Staying')];
    const gpts = [await tenant.gpt(), await other.gpt()];
    for (let round = 0; round < 5; round++) {
      for (const gpt of gpts) {
        const document = { ...api.document(NOTES_PATHS), servers: [{ url: `https://api-${round}.example.com` }] };
        const action = await gpt.action(document, { type: 'api_key', auth_type: 'bearer', api_key: 'to-shred' });
        // The rows of both tenants, in turn, so that they move when pages are split.
        await connectMany(app, gpt, action, 50, app.clock.now());
      }
    }
    const [gone, staying] = [await sealedOf(tenant.id), await sealedOf(other.id)];
    const before = await app.database.dump();
    expect([...gone, ...staying].filter((sealed) => !before.includes(sealed))).toEqual([]);

    expect((await app.operator.delete(`/v1/tenants/${tenant.id}`)).status).toBe(204);

    const after = await app.database.dump();
    expect(gone.filter((sealed) => after.includes(sealed))).toEqual([]);
    expect(staying.filter((sealed) => !after.includes(sealed))).toEqual([]);
  });

  if (database === 'sqlite') {
    it('succeeds with a warning while another process reads the database', async () => {
      const tenant = await app.tenant();
      const reader = new Libsql(join(app.database.folder, 'countersign.db'));
      reader.exec('BEGIN');
      reader.prepare('SELECT COUNT(*) FROM tenants').get();
      try {
        expect((await app.operator.delete(`/v1/tenants/${tenant.id}`)).status).toBe(204);
      } finally {
        reader.close();
      }
      const warnings = app.logLines.filter((line) => line.includes('remain in the write-ahead log'));
      expect(warnings.map((line) => JSON.parse(line) as object)).toMatchObject([
        { level: 'warn', tenant_id: tenant.id },
      ]);
    });
  }

  it('does not affect other tenants', async () => {
    const [tenant, other] = [await app.tenant(), await app.tenant()];
    const gpt = await other.gpt();
    await gpt.action(api.document(NOTES_PATHS));
    const before = await rowsOf(other.id);
    await app.operator.delete(`/v1/tenants/${tenant.id}`);
    expect(await rowsOf(other.id)).toEqual(before);
    expect((await gpt.call('listNotes')).body.outcome).toBe('completed');
  });
});

describe('two tenants one of whose ids is a prefix of the other', () => {
  const admins: Client[] = [];

  beforeAll(async () => {
    for (const id of ['t-abc', 't-abcdef']) admins.push(await tenantWithId(id));
  });

  it('cannot see each other', async () => {
    for (const admin of admins) await admin.post('/v1/gpts', { name: `GPT of ${admin.key?.slice(-4)}` });
    for (const admin of admins) {
      const names = (await admin.get('/v1/gpts')).body.data.map(({ name }: { name: string }) => name);
      expect(names).toEqual([`GPT of ${admin.key?.slice(-4)}`]);
      expect((await admin.get('/v1/keys')).body.data).toHaveLength(1);
    }
  });

  it('keep their rows when the other one is deleted', async () => {
    await app.operator.delete('/v1/tenants/t-abc');
    const [deleted, remaining] = await Promise.all(admins.map((admin) => admin.get('/v1/gpts')));
    expect(deleted?.status).toBe(401);
    expect(remaining?.body.data).toHaveLength(1);
  });
});

interface ListedTenant {
  slug: string;
  created_at: string;
}

async function allTenants(): Promise<ListedTenant[]> {
  const all: ListedTenant[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: ApiResponse = await app.operator.get(`/v1/tenants?limit=2${cursor && `&cursor=${cursor}`}`);
    expect(page.body.data.length).toBeLessThanOrEqual(2);
    all.push(...page.body.data);
    cursor = page.body.next_cursor;
  }
  return all;
}

/** Counts the rows of each table that contain the tenant's id; the audit log is kept on purpose. */
function rowsOf(tenantId: string): Promise<Record<string, number>> {
  return app.get(Database).read(async (manager) => {
    const counts: Record<string, number> = {};
    for (const { target, tableName, columns } of manager.connection.entityMetadatas) {
      if (tableName.startsWith('audit_')) continue;
      const owner = columns.some(({ propertyName }) => propertyName === 'tenantId') ? 'tenantId' : 'id';
      counts[tableName] = await manager.countBy(target, { [owner]: tenantId });
    }
    return counts;
  });
}

/** Returns a part of each wrapped data key and sealed secret of a tenant. */
function sealedOf(tenantId: string): Promise<string[]> {
  return app.get(Database).read(async (manager) => {
    const keys = await manager.findBy(DataKey, { tenantId });
    const actions = await manager.findBy(Action, { tenantId });
    const connections = await manager.findBy(Connection, { tenantId });
    const sealed = [
      ...keys.map(({ wrapped }) => wrapped),
      ...actions.map(({ authSecrets }) => authSecrets),
      ...connections.map(({ tokens }) => tokens),
    ];
    return sealed.flatMap((value) => (value === null ? [] : [value.slice(-24)]));
  });
}

async function tenantWithId(id: string): Promise<Client> {
  const now = app.clock.now();
  const dates = { createdAt: now, updatedAt: now };
  const row = { id, name: id, slug: id, returnUrlOrigins: [], allowSkippingConfirmation: false, ...dates };
  const { key } = await app.get(Database).write(async (manager) => {
    await manager.insert(Tenant, row);
    const first = { role: 'admin', name: 'first', expiresAt: null, gptIds: null, operationIds: null } as const;
    return app.get(KeysService).mint(new TenantStore(manager, id), first);
  });
  return new Client(app.url, key);
}
