import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Action } from '../../src/actions/store/action.entity.js';
import { newId } from '../../src/common/index.js';
import { Database } from '../../src/database/index.js';
import { DataKey } from '../../src/vault/data-key.entity.js';
import { VaultRotation } from '../../src/vault/rotation/vault-rotation.entity.js';
import { TestApp } from '../support/app.js';
import { Client } from '../support/client.js';
import { cachedText, ConsoleBrowser, waitUntilUncached, type Visitor } from '../support/console/console-browser.js';
import { connectMany } from '../support/many-connections.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let browser: ConsoleBrowser;
let visitor: Visitor;

const API_KEY = { type: 'api_key', auth_type: 'bearer', api_key: 'a-key-of-the-api' };

beforeAll(async () => {
  [api, browser] = await Promise.all([Upstream.start(), ConsoleBrowser.start()]);
});

afterAll(() => Promise.all([api.stop(), browser.stop()]));

beforeEach(async () => {
  app = await TestApp.start();
  visitor = await newVisitor();
});

afterEach(async () => {
  await visitor.leaves();
  await app.stop();
  expect(visitor.errors).toEqual([]);
});

async function newVisitor(): Promise<Visitor> {
  const arrived = await browser.visitor(app);
  arrived.expectedErrors.push(/401 \(Unauthorized\)/);
  return arrived;
}

const signsIn = (path?: string) => visitor.signsIn(app.operator.key ?? '', path);

describe('The tenants page', () => {
  it('is the start page of an operator, and creates a tenant whose first key signs in', async () => {
    visitor.expectedErrors.push(/400 \(Bad Request\)/);
    const page = await signsIn();
    await page.getByText('No tenants yet').waitFor();
    await waitUntilUncached(page, app.operator.key ?? '');
    expect(await visitor.accessibilityFindings('tenants-empty')).toEqual([]);
    // By keyboard alone.
    await page.getByRole('button', { name: 'Create a tenant' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Create a tenant' }).waitFor();
    expect(await visitor.accessibilityFindings('tenants-create')).toEqual([]);
    await page.keyboard.type('Acme Assistants');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Not a slug');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Slug' }).and(page.locator('[aria-invalid=true]')).waitFor();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('acme');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'The first admin key of “Acme Assistants”' }).waitFor();
    expect(await visitor.accessibilityFindings('tenants-shown-once')).toEqual([]);
    const key = await page.getByRole('textbox', { name: 'Admin key' }).inputValue();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: 'Acme Assistants acme' }).waitFor();
    await waitUntilUncached(page, key);
    expect(await cachedText(page)).toContain('acme');

    const admin = await newVisitor();
    await admin.signsIn(key);
    await admin.page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(await admin.page.getByRole('link', { name: 'Tenants' }).count()).toBe(0);
    await admin.leaves();
    expect(admin.errors).toEqual([]);
  });

  it('deletes a tenant after its name is typed', async () => {
    const tenant = await app.tenant('Acme Assistants');
    await app.tenant('Beta Bots');
    const page = await signsIn('/console/tenants');
    await page.getByRole('row', { name: 'Acme Assistants' }).waitFor();
    expect(await visitor.accessibilityFindings('tenants')).toEqual([]);
    await page.getByRole('button', { name: 'Delete Acme Assistants' }).click();
    const button = page.getByRole('button', { name: 'Delete permanently' });
    expect(await visitor.accessibilityFindings('tenants-delete')).toEqual([]);
    await page.getByRole('textbox', { name: 'Type “Acme Assistants” to confirm' }).fill('Acme');
    expect(await button.isDisabled()).toBe(true);
    await page.keyboard.press('Enter');
    expect((await tenant.admin.get('/v1/keys')).status).toBe(200);
    await page.getByRole('textbox', { name: 'Type “Acme Assistants” to confirm' }).fill('Acme Assistants');
    await button.click();
    await page.getByRole('row', { name: 'Acme Assistants' }).waitFor({ state: 'detached' });
    expect((await tenant.admin.get('/v1/keys')).status).toBe(401);
    expect(await page.getByRole('row', { name: 'Beta Bots' }).count()).toBe(1);
  });

  it('creates an admin key for a tenant that has lost its own, and shows it once', async () => {
    const tenant = await app.tenant('Acme Assistants');
    const { key_id: lost } = (await tenant.admin.get('/v1/console-session')).body;
    await tenant.admin.delete(`/v1/keys/${lost}?force=true`);
    const page = await signsIn('/console/tenants');
    await page.getByRole('button', { name: 'Create an admin key for Acme Assistants' }).click();
    await page.getByRole('dialog', { name: 'Create an admin key for “Acme Assistants”' }).waitFor();
    expect(await visitor.accessibilityFindings('tenants-create-admin-key')).toEqual([]);
    await page.getByRole('textbox', { name: 'Name' }).fill('replacement');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('dialog', { name: 'The key “replacement”' }).waitFor();
    const key = await page.getByRole('textbox', { name: 'Admin key' }).inputValue();
    await page.getByRole('button', { name: 'I’ve saved it' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await waitUntilUncached(page, key);
    expect((await new Client(app.url, key).get('/v1/keys')).status).toBe(200);
  });

  it('lists tenants page by page', async () => {
    for (let number = 0; number < 101; number++) await app.operator.post('/v1/tenants', { name: `Tenant ${number}` });
    const page = await signsIn('/console/tenants');
    await page.getByText('Showing the first 100').waitFor();
    await page.getByRole('button', { name: 'Load more' }).click();
    await page.getByText('101 in total').waitFor();
  });
});

describe('The vault page', () => {
  it('shows the readiness, and rotates the data keys of a tenant', async () => {
    const tenant = await app.tenant('Acme Assistants');
    await (await tenant.gpt()).action(api.document(NOTES_PATHS), API_KEY);
    const page = await signsIn('/console/vault');
    await page.getByText('All systems are up').waitFor();
    await page.getByText('No rotations yet').waitFor();
    expect(await visitor.accessibilityFindings('vault-empty')).toEqual([]);
    await page.getByRole('button', { name: 'Start a rotation' }).click();
    await page.getByRole('combobox', { name: 'Tenant' }).click();
    await page.getByRole('option', { name: /Acme Assistants/ }).click();
    expect(await visitor.accessibilityFindings('vault-start')).toEqual([]);
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    const rotation = page.getByRole('listitem', { name: /Data keys of Acme Assistants/ });
    await rotation.getByText('1 of 1 secrets done').waitFor();
    await rotation.getByText('Completed', { exact: true }).waitFor();
    await rotation.getByText('1 old data key left').waitFor();
    const { data } = (await app.operator.get('/v1/vault/rotations')).body;
    expect(data).toMatchObject([{ scope: 'data', tenant_id: tenant.id, status: 'completed' }]);
  });

  it('shows the progress of a running rotation until it has completed', async () => {
    const tenant = await app.tenant('Acme Assistants');
    const gpt = await tenant.gpt();
    await connectMany(app, gpt, await gpt.action(api.document(NOTES_PATHS), API_KEY), 129);
    const id = await leftBehind(tenant.id);
    const page = await signsIn('/console/vault');
    const rotation = page.getByRole('listitem', { name: /Data keys of Acme Assistants/ });
    await rotation.getByText('52 of 130 secrets done').waitFor();
    expect(await rotation.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('40');
    await rotation.getByText('Running').waitFor();
    expect(await visitor.accessibilityFindings('vault-running')).toEqual([]);
    // The lease expires and another process resumes the rotation.
    app.clock.advance({ minutes: 11 });
    await app.operator.post('/v1/vault/rotations', { scope: 'data', tenant_id: tenant.id });
    await rotation.getByText('Completed', { exact: true }).waitFor();
    expect(await rotation.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('100');
    expect((await app.operator.get(`/v1/vault/rotations/${id}`)).body.status).toBe('completed');
  });

  it('lists secrets that could not be decrypted, and the state of the key-encryption key', async () => {
    const tenant = await app.tenant('Acme Assistants');
    const broken = await (await tenant.gpt()).action(api.document(NOTES_PATHS), API_KEY);
    await (await tenant.gpt()).action(api.document(NOTES_PATHS), API_KEY);
    await app.get(Database).write(async (manager) => {
      const { authSecrets } = await manager.findOneByOrFail(Action, { id: broken.id });
      const sealed = authSecrets ?? '';
      const spoilt = sealed.slice(0, -8) + (sealed.at(-8) === 'A' ? 'B' : 'A') + sealed.slice(-7);
      await manager.update(Action, { id: broken.id }, { authSecrets: spoilt });
    });
    await app.operator.post('/v1/vault/rotations', { scope: 'data' });
    await app.operator.post('/v1/vault/rotations', { scope: 'kek' });
    const page = await signsIn('/console/vault');
    const data = page.getByRole('listitem', { name: /Data keys of all tenants/ });
    await data.getByText('1 of 2 secrets done, 1 failed').waitFor();
    await data.getByText(broken.id).waitFor();
    await page
      .getByRole('listitem', { name: /Key-encryption key of all tenants/ })
      .getByText('No data key uses an old key-encryption key')
      .waitFor();
    expect(await visitor.accessibilityFindings('vault')).toEqual([]);
  });

  it('shows which part of the server is down', async () => {
    visitor.expectedErrors.push(/503/);
    await visitor.page.route('**/readyz', (route) =>
      route.fulfill({ status: 503, json: { status: 'not_ready', parts: { database: 'up', vault: 'down' } } }),
    );
    const page = await signsIn('/console/vault');
    await page.getByText('A system is down').waitFor();
    await page.getByRole('listitem').filter({ hasText: 'vault is down' }).waitFor();
    expect(await visitor.accessibilityFindings('vault-down')).toEqual([]);
  });
});

describe('The console of an operator', () => {
  it('shows the audit events of the deployment, of any tenant, and of a deleted one', async () => {
    const tenant = await app.tenant('Acme Assistants');
    const gone = await app.tenant('Gone');
    await app.operator.delete(`/v1/tenants/${gone.id}`);
    await app.operator.post('/v1/vault/rotations', { scope: 'kek' });
    const page = await signsIn('/console/audit');
    await page.getByRole('row', { name: 'vault.rotation_started' }).waitFor();
    await page.getByRole('combobox', { name: 'Events of' }).click();
    await page.getByRole('option', { name: /Acme Assistants/ }).click();
    await page.getByRole('row', { name: 'tenant.created' }).getByText(tenant.id).waitFor();
    expect(await visitor.accessibilityFindings('audit-operator')).toEqual([]);
    await page.getByRole('combobox', { name: 'Events of' }).click();
    await page.getByRole('option', { name: 'A deleted tenant…' }).click();
    await page.getByRole('textbox', { name: 'Tenant id' }).fill(gone.id);
    await page.getByRole('row', { name: 'tenant.deleted' }).getByText(gone.id).waitFor();
  });

  it('shows no pages for admins', async () => {
    const page = await signsIn();
    const names = await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allInnerTexts();
    expect(names).toEqual(['Tenants', 'Vault', 'Audit']);
    expect((await new Client(app.url, app.operator.key).get('/v1/statistics')).status).toBe(403);
  });
});

/** A rotation that a killed process has left: partly done, with its lease held. */
async function leftBehind(tenantId: string): Promise<string> {
  const id = newId('rot');
  const leaseUntil = app.clock.in(600_000);
  await app.get(Database).write(async (manager) => {
    const row = { id, tenantId, scope: 'data' as const, runningScope: `data ${tenantId}`, total: 130, done: 52 };
    const state = { failed: 0, failures: [], fencingToken: 7, leaseUntil, createdAt: app.clock.now() };
    await manager.insert(VaultRotation, { ...row, ...state, status: 'running' });
    await manager.update(DataKey, { tenantId }, { rotationId: id });
  });
  return id;
}
