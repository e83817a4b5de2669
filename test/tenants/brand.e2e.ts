import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { logo } from '../support/logo.js';
import { problemOf } from '../support/problem.js';
import type { TestTenant } from '../support/tenant.js';

let app: TestApp;
let tenant: TestTenant;

beforeAll(async () => {
  app = await TestApp.start();
  tenant = await app.tenant();
});

afterAll(() => app.stop());

describe("a tenant's logo and color", () => {
  it('are unset at first, can be set, are kept by other changes, and can be removed', async () => {
    const path = `/v1/tenants/${tenant.id}`;
    expect((await tenant.admin.get(path)).body).toMatchObject({ logo: null, accent_color: null });
    const set = await tenant.admin.patch(path, { logo: logo(), accent_color: '#2B4ACB' });
    expect([set.status, set.body.logo, set.body.accent_color]).toEqual([200, logo(), '#2b4acb']);
    const renamed = await tenant.admin.patch(path, { name: 'Acme again' });
    expect(renamed.body).toMatchObject({ name: 'Acme again', logo: logo(), accent_color: '#2b4acb' });
    expect((await tenant.admin.get(path)).body).toEqual(renamed.body);
    const taken = await tenant.admin.patch(path, { logo: null, accent_color: null });
    expect(taken.body).toMatchObject({ logo: null, accent_color: null });
    expect((await tenant.admin.get(path)).body).toEqual(taken.body);
  });

  it('can be set when a tenant is created; the list contains no logos', async () => {
    const { body } = await app.operator.post('/v1/tenants', {
      name: 'B',
      logo: logo('ff0000'),
      accent_color: '#ff0000',
    });
    expect(body).toMatchObject({ logo: logo('ff0000'), accent_color: '#ff0000' });
    const { data } = (await app.operator.get('/v1/tenants?limit=200')).body;
    const listed = data.find(({ id }: { id: string }) => id === body.id);
    expect(listed).toMatchObject({ accent_color: '#ff0000' });
    expect(listed).not.toHaveProperty('logo');
  });

  it.each([
    ['logo', 'https://acme.example/logo.png'],
    ['logo', `data:image/svg+xml;base64,${btoa('<svg/>')}`],
    ['logo', `data:image/png;base64,${btoa('<script>')}`],
    ['logo', `data:image/png;base64,${btoa('\x89PNG\r\n\x1a\n')}${'AAAA'.repeat(16_384)}`],
    ['logo', ''],
    ['accent_color', 'red'],
    ['accent_color', '#fff'],
    ['accent_color', '#ffffff;}body{display:none'],
    ['accent_color', '#ffffff\n'],
  ])('are validated: %s cannot be %j', async (field, value) => {
    const answer = await tenant.admin.patch(`/v1/tenants/${tenant.id}`, { [field]: value });
    expect(problemOf(answer)).toBe(`400 invalid_request /${field}`);
  });

  it('are recorded in the audit log by field name', async () => {
    await tenant.admin.patch(`/v1/tenants/${tenant.id}`, { logo: logo(), accent_color: '#2b4acb' });
    const { data } = (await tenant.admin.get('/v1/audit-events?type=tenant.updated&order=desc&limit=1')).body;
    expect(data).toMatchObject([{ details: { fields: ['logo', 'accent_color'] } }]);
  });
});
