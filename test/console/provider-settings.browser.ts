import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startNotesProvider, type NotesProvider } from '../../examples/notes-provider/index.js';
import { descriptionOf, field, hasFocus, opensAuthentication, saves } from '../support/console/authentication-form.js';
import { ConsoleWorld } from '../support/console/console-world.js';
import { LAYOUTS, MetadataServer } from '../support/metadata-server.js';
import { NOTES_PATHS } from '../support/upstream.js';

let world: ConsoleWorld;
let metadata: MetadataServer;
let notes: NotesProvider;

beforeAll(async () => {
  [world, metadata, notes] = await Promise.all([ConsoleWorld.start(), MetadataServer.start(), startNotesProvider()]);
});

afterAll(() => Promise.all([world.stop(), metadata.stop(), notes.close()]));

beforeEach(async () => {
  metadata.reset();
  await world.startTest();
});

afterEach(() => world.endTest());

describe('A provider preset', () => {
  it('is suggested for the domain of the action, and fills in the form', async () => {
    const { form, page, stored } = await opensAuthentication(world, undefined, githubDocument());
    await form.getByRole('radio', { name: 'OAuth' }).check();
    await form.getByRole('combobox', { name: 'Provider' }).click();
    const options = page.getByRole('listbox').getByRole('option');
    await page.getByText('Suggested for api.github.com').waitFor();
    expect(await options.first().textContent()).toBe('GitHub');
    await options.first().click();
    expect(await field(form, 'Token URL').inputValue()).toBe('https://github.com/login/oauth/access_token');
    await field(form, 'Client ID').fill('Iv1.0123456789abcdef');
    await field(form, 'Client secret').fill('secret-of-the-hub');
    await saves(page);
    expect(await stored()).toMatchObject({ authorization_url: 'https://github.com/login/oauth/authorize' });
  });

  it('asks for the values of its variables, and fills them in', async () => {
    const { form, page } = await opensAuthentication(world, world.provider.schema());
    await form.getByRole('combobox', { name: 'Provider' }).fill('zend');
    await page.getByRole('option', { name: 'Zendesk' }).click();
    await page.getByRole('region', { name: 'About Zendesk' }).getByRole('listitem').first().waitFor();
    expect(await field(form, 'Token URL').inputValue()).toBe(`${world.provider.url}/token`);
    await form.getByLabel('Subdomain').fill('acme');
    await form.getByRole('button', { name: 'Fill in Zendesk' }).click();
    expect(await field(form, 'Token URL').inputValue()).toBe('https://acme.zendesk.com/oauth/tokens');
    expect(await field(form, 'Client ID').inputValue()).toBe(world.provider.clientId);
    expect(await world.visitor.accessibilityFindings('authentication-preset')).toEqual([]);
  });
});

describe('The suggestion of the document', () => {
  it('fills in the form with one click', async () => {
    const components = {
      securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Weather-Key' } },
    };
    const document = world.api.document(NOTES_PATHS, { components, security: [{ key: [] }] });
    const { form, page, stored } = await opensAuthentication(world, undefined, document);
    await page.getByText('The document suggests: API key in the header X-Weather-Key.').waitFor();
    expect(await world.visitor.accessibilityFindings('authentication-none')).toEqual([]);
    await form.getByRole('button', { name: 'Apply' }).click();
    expect(await field(form, 'Custom header name').inputValue()).toBe('X-Weather-Key');
    expect(await page.getByText('The document suggests').count()).toBe(0);
    await field(form, 'API key').fill('key');
    await saves(page);
    expect(await stored()).toMatchObject({ auth_type: 'custom', custom_header_name: 'X-Weather-Key' });
  });

  it('does not refill a scope that was emptied', async () => {
    const { form, page, stored } = await opensAuthentication(world, undefined, notes.documents.notes);
    await form.getByRole('button', { name: 'Apply' }).click();
    await field(form, 'Client ID').fill(notes.clientId);
    expect(await field(form, 'Scope').inputValue()).not.toBe('');
    await field(form, 'Scope').fill('');
    await saves(page);
    expect((await stored()).scope).toBeUndefined();
  });
});

describe('The issuer field', () => {
  it('fills in empty fields, lists scopes, and reports conflicts', async () => {
    metadata.publish(LAYOUTS.oauth(''), {
      body: metadata.document('', {
        revocation_endpoint: `${metadata.url}/revoke`,
        scopes_supported: ['notes:read', 'notes:write'],
        token_endpoint_auth_methods_supported: ['client_secret_basic'],
      }),
    });
    const { form, page } = await opensAuthentication(world);
    await form.getByRole('radio', { name: 'OAuth' }).check();
    await field(form, 'Issuer').fill(metadata.url);
    await form.getByRole('button', { name: 'Fill in from issuer' }).click();
    await page.getByText('Filled in: authorization URL, token URL, revocation URL, token exchange method.').waitFor();
    expect(await field(form, 'Token URL').inputValue()).toBe(`${metadata.url}/token`);
    expect(await form.getByRole('radio', { name: 'Basic authorization header' }).isChecked()).toBe(true);
    await form.getByRole('button', { name: 'notes:read' }).click();
    expect(await field(form, 'Scope').inputValue()).toBe('notes:read');

    await field(form, 'Token URL').fill(`${metadata.url}/other`);
    await form.getByRole('button', { name: 'Fill in from issuer' }).click();
    const taking = form.getByRole('button', { name: 'Use the issuer’s token URL' });
    await taking.waitFor();
    expect(await world.visitor.accessibilityFindings('authentication-issuer')).toEqual([]);
    await taking.click();
    expect(await field(form, 'Token URL').inputValue()).toBe(`${metadata.url}/token`);
    expect(await taking.count()).toBe(0);
  });

  it('shows an error if the issuer publishes no metadata', async () => {
    world.visitor.expectedErrors.push(/422 \(Unprocessable Entity\)|502|400/);
    const { form, page } = await opensAuthentication(world);
    await form.getByRole('radio', { name: 'OAuth' }).check();
    await field(form, 'Issuer').fill(metadata.url);
    await form.getByRole('button', { name: 'Fill in from issuer' }).click();
    await field(form, 'Issuer').and(page.locator('[aria-invalid=true]')).waitFor();
    expect(await descriptionOf(field(form, 'Issuer'))).toContain('404');
  });
});

describe('The provider check', () => {
  it('finds no problems with a correct provider', async () => {
    const { action, form, page } = await opensAuthentication(
      world,
      {
        type: 'oauth',
        client_id: notes.clientId,
        client_secret: notes.clientSecret,
        issuer: notes.issuer,
        authorization_url: notes.authorizationUrl,
        token_url: notes.tokenUrl,
        revocation_url: notes.revocationUrl,
        scope: notes.scope,
      },
      notes.documents.notes,
    );
    notes.registerRedirectUri(action.auth.callback_url);
    await form.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByRole('heading', { name: 'No problems found' }).waitFor();
    expect(await world.visitor.accessibilityFindings('authentication-check-good')).toEqual([]);
  });

  it('saves changes first, and shows findings at their fields and in a list', async () => {
    const { action, form, page, stored } = await opensAuthentication(
      world,
      {
        type: 'oauth',
        client_id: notes.clientId,
        client_secret: notes.clientSecret,
        authorization_url: notes.authorizationUrl,
        token_url: notes.tokenUrl,
        scope: notes.scope,
      },
      notes.documents.notes,
    );
    notes.registerRedirectUri(action.auth.callback_url);
    await field(form, 'Client secret').fill('not-the-secret');
    await form.getByRole('button', { name: 'More' }).click();
    await field(form, 'PKCE').selectOption('Off');
    await form.getByRole('button', { name: 'More' }).click();
    await form.getByText('Your changes are saved first.').waitFor();
    await form.getByRole('button', { name: 'Save and check' }).click();
    await page.getByRole('heading', { name: 'The check found 2 errors and 1 warning' }).waitFor();
    expect((await stored()).pkce).toBe('off');
    expect(await descriptionOf(field(form, 'Client secret'))).toContain('Error');
    expect(await world.visitor.accessibilityFindings('authentication-check-findings')).toEqual([]);
    await form.getByRole('listitem').filter({ hasText: 'Error' }).getByRole('button', { name: 'PKCE' }).click();
    const pkce = field(form, 'PKCE');
    expect(await hasFocus(pkce)).toBe(true);
    expect(await descriptionOf(pkce)).toMatch(/Error.*Warning/);
    await pkce.selectOption('Automatic');
    expect(await descriptionOf(pkce)).not.toContain('Error');
    await form.getByText('You have made changes since. Check again.').waitFor();
  });
});

function githubDocument(): object {
  const servers = [{ url: 'https://api.github.com' }];
  return { openapi: '3.1.0', info: { title: 'GitHub', version: '1' }, servers, paths: NOTES_PATHS };
}
