// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startNotesProvider, type NotesProvider } from '../../examples/notes-provider/index.js';
import { TestApp } from '../support/app.js';
import type { TestGpt } from '../support/tenant.js';
import { check, type Checked } from './check-provider.js';

let app: TestApp;
let provider: NotesProvider;
let gpt: TestGpt;

beforeAll(async () => {
  [app, provider] = await Promise.all([TestApp.start(), startNotesProvider()]);
});

afterAll(() => Promise.all([app.stop(), provider.close()]));

beforeEach(async () => {
  gpt = await (await app.tenant()).gpt();
  provider.tokenRequests.length = 0;
});

/**
 * Checks the provider.
 *
 * @param isRegistered whether the redirect URI is registered
 */
async function checks(schema: object = {}, isRegistered = true): Promise<Checked> {
  const action = await gpt.action(provider.documents.notes, {
    type: 'oauth',
    client_id: provider.clientId,
    client_secret: provider.clientSecret,
    authorization_url: provider.authorizationUrl,
    token_url: provider.tokenUrl,
    revocation_url: provider.revocationUrl,
    scope: provider.scope,
    ...schema,
  });
  if (isRegistered) provider.registerRedirectUri(action.auth.callback_url);
  return check(gpt, action);
}

describe('the check of oidc-provider', () => {
  it('finds no problems, although JSON requests are not supported', async () => {
    const answer = await checks({ issuer: provider.issuer });
    expect(answer.complaints).toEqual([]);
    expect(answer.codes).toEqual(
      expect.arrayContaining(['sign_in_redirect', 'client_accepted', 'metadata_agrees', 'endpoint_answers']),
    );
    expect(answer.tried).toEqual([
      'body x-www-form-urlencoded accepted',
      'Basic x-www-form-urlencoded accepted',
      'body json refused',
      'Basic json refused',
    ]);
  });

  it('reports an unregistered redirect URI', async () => {
    const answer = await checks({}, false);
    expect(answer.complaints).toEqual(['error redirect_uri_not_registered callback_url']);
    expect(answer.finding('redirect_uri_not_registered').change).toMatch(/\/aip\/g-\w+\/oauth\/callback/);
  });

  it('reports an unknown client', async () => {
    expect((await checks({ client_id: 'nobody' })).complaints).toEqual([
      'error client_refused client_secret',
      'error client_unknown client_id',
    ]);
  });

  it('reports a wrong secret', async () => {
    const { complaints, tried } = await checks({ client_secret: 'not-the-secret' });
    expect(complaints).toEqual(['error client_refused client_secret']);
    expect(tried.slice(0, 2)).toEqual(['body x-www-form-urlencoded refused', 'Basic x-www-form-urlencoded refused']);
  });

  it('reports unsupported JSON requests', async () => {
    const answer = await checks({ authorization_content_type: 'application/json' });
    expect(answer.complaints).toEqual(['error another_way_works authorization_content_type']);
    expect(answer.finding('another_way_works').change).toContain('application/x-www-form-urlencoded');
  });

  it('reports missing PKCE', async () => {
    expect((await checks({ pkce: 'off' })).complaints).toEqual(['error pkce_required pkce', 'warning pkce_off pkce']);
  });

  it('reports an unknown scope', async () => {
    expect((await checks({ scope: 'notes:everything' })).complaints).toEqual(['warning scope_not_listed scope']);
  });

  it('reports swapped URLs', async () => {
    const swapped = { authorization_url: provider.tokenUrl, token_url: provider.authorizationUrl };
    expect((await checks(swapped)).complaints).toEqual(
      expect.arrayContaining(['error looks_like_token_url authorization_url']),
    );
  });
});
