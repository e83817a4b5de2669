import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { waitUntilUncached } from '../support/console/console-browser.js';
import { ConsoleWorld } from '../support/console/console-world.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let world: ConsoleWorld;
let other: Upstream;

beforeAll(async () => {
  [world, other] = await Promise.all([ConsoleWorld.start(), Upstream.start()]);
});

afterAll(() => Promise.all([world.stop(), other.stop()]));

beforeEach(async () => {
  await world.startTest();
  other.requests.length = 0;
});

afterEach(() => world.endTest());

const API_KEY = { type: 'api_key', auth_type: 'bearer', api_key: 'canary-old-key' };

/** Opens an action whose document has a plain server and one with variables. */
async function opensAction(auth?: object) {
  const variables = {
    base: { default: 'v1', description: 'The version' },
    stage: { default: 'live', enum: ['live', 'test'] },
  };
  const servers = [
    { url: world.api.url },
    { url: `${other.url}/{base}/{stage}`, description: 'The other server', variables },
  ];
  const action = await world.gpt.action(world.api.document(NOTES_PATHS, { servers }), auth);
  const path = `${world.gpt.path}/actions/${action.id}`;
  const page = await world.opensGpt(`/actions/${action.id}`);
  return { page, action, stored: async () => (await world.tenant.admin.get(path)).body };
}

async function opensDialog(auth?: object) {
  const opened = await opensAction(auth);
  const { page } = opened;
  await page.getByRole('button', { name: 'Change server' }).click();
  const dialog = page.getByRole('dialog', { name: 'Server' });
  const field = (label: string) => dialog.locator('input').and(dialog.getByLabel(label));
  const selects = async (label: string, option: string | RegExp) => {
    await field(label).click();
    await page.getByRole('option', { name: option }).click();
  };
  const submit = dialog.getByRole('button', { name: 'Change server' });
  return { ...opened, dialog, field, selects, submit };
}

it('Another server of the document is chosen with its variables, and gets the secret that is entered again', async () => {
  const { page, dialog, field, selects, submit, stored } = await opensDialog(API_KEY);
  await dialog.getByText(`Calls go to ${world.api.url}`).waitFor();
  expect(await submit.isDisabled()).toBe(true);
  await selects('Server', /The other server/);
  await dialog.getByLabel('base').fill('v2');
  await selects('stage', 'test');
  await dialog.getByText(`Calls go to ${other.url}/v2/test`).waitFor();
  await dialog.getByText('Credentials go to another server').waitFor();
  await field('API key').fill('canary-new-key');
  expect(await world.visitor.accessibilityFindings('server-dialog')).toEqual([]);
  await submit.click();
  await dialog.waitFor({ state: 'detached' });
  expect(await stored()).toMatchObject({
    server_url: `${other.url}/v2/test`,
    server_variables: { base: 'v2', stage: 'test' },
  });
  await page.getByText(`${other.url}/v2/test`, { exact: true }).waitFor();
  await world.gpt.call('listNotes');
  expect(other.requests.map(({ path, headers }) => [path, headers['authorization']])).toEqual([
    ['/v2/test/notes', 'Bearer canary-new-key'],
  ]);
  await waitUntilUncached(page, 'canary-new-key');
});

it('The choice of a server says how many connections it ends, and the first server is the default again', async () => {
  const { dialog, page, field, selects, submit, stored, action } = await opensDialog(world.provider.schema());
  const connection = { action_id: action.id, user: 'ann', access_token: 'canary-access-token' };
  await world.tenant.admin.post('/v1/connections', connection);
  await page.reload();
  await page.getByRole('button', { name: 'Change server' }).click();
  await selects('Server', /The other server/);
  await dialog.getByText('The change ends 1 connection').waitFor();
  const secret = field('Client secret');
  await secret.fill(world.provider.clientSecret);
  await submit.click();
  await dialog.waitFor({ state: 'detached' });
  const { body } = await world.tenant.admin.get(`/v1/connections?action_id=${action.id}`);
  expect(body.data.map(({ status }: { status: string }) => status)).toEqual(['revoked']);
  await page.getByRole('button', { name: 'Change server' }).click();
  await dialog.getByText(`Calls go to ${other.url}/v1/live`).waitFor();
  await selects('Server', world.api.url);
  await secret.fill(world.provider.clientSecret);
  await submit.click();
  await dialog.waitFor({ state: 'detached' });
  expect(await stored()).toMatchObject({ server_url: world.api.url, server_variables: {} });
});

it('A server that is rejected keeps the draft, and closing it asks first', async () => {
  world.visitor.expectedErrors.push(/4\d\d \(/);
  const { page, dialog, selects, submit } = await opensDialog();
  await selects('Server', /The other server/);
  await dialog.getByLabel('base').fill('a b');
  expect(await dialog.getByText('Credentials').count()).toBe(0);
  await submit.click();
  await dialog.getByText(/server_variables must be an object/).waitFor();
  expect(await dialog.getByLabel('base').inputValue()).toBe('a b');
  await page.keyboard.press('Escape');
  const question = page.getByRole('dialog', { name: 'Leave without saving?' });
  await question.getByRole('button', { name: 'Leave' }).click();
  await dialog.waitFor({ state: 'detached' });
});

it('There is no choice if the document has one server without variables', async () => {
  const action = await world.gpt.action(world.api.document(NOTES_PATHS));
  const page = await world.opensGpt(`/actions/${action.id}`);
  await page.getByRole('button', { name: 'Edit authentication' }).waitFor();
  expect(await page.getByRole('button', { name: 'Change server' }).count()).toBe(0);
});
