import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { CountersignError } from '../../../common/index.js';
import type { JsonObject, JsonValue } from '@countersign/openapi';
import type { ReadSource } from './import-source.js';
import { parseSource, readerOf, recognize, type RecognizedAction } from './recognize.js';

const sample = (name: string): JsonObject => parseSource(readFileSync(`test/actions/fixtures/${name}.json`, 'utf8'));
const manifest = sample('plugin-manifest');
const chatGpt = sample('chatgpt-action');
const libreChat = sample('librechat-action');

/** Returns the only action of a form. */
function actionOf(form: JsonObject): RecognizedAction {
  const [action] = recognize(form).actions;
  return action as RecognizedAction;
}

function settingsOf(form: JsonObject): ReadSource {
  const { reader, source } = actionOf(form);
  return reader.read(source);
}

/** The fields of the schema that the form stands for. */
function schemaOf(form: JsonObject): object {
  const { type, fields } = settingsOf(form).auth;
  return { type, ...Object.fromEntries(Object.entries(fields).map(([name, { value }]) => [name, value])) };
}

function warningsOf(form: JsonObject): string[] {
  const { auth, warnings } = settingsOf(form);
  return [...warnings, ...auth.warnings].map(({ code, pointer }) => `${code} ${pointer}`);
}

/** @returns the pointers of the refusal */
function refusalOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    const { code, errors } = error as CountersignError;
    return [code, ...errors.map(({ pointer }) => pointer)];
  }
  return [];
}

const inMetadata = (form: JsonObject, changes: JsonObject): JsonObject => ({
  ...form,
  metadata: { ...(form['metadata'] as JsonObject), ...changes },
});

describe('the format of a source', () => {
  const metadata = chatGpt['metadata'] as JsonObject;

  it.each<[string, JsonObject, string | undefined]>([
    ['a plugin manifest', manifest, 'plugin_manifest'],
    ['a tool of a GPT', chatGpt, 'chatgpt_action'],
    ['its metadata alone', metadata, 'chatgpt_action'],
    ['its metadata with the text of the document', { raw_spec: '{}', auth: {} }, 'chatgpt_action'],
    ['its metadata without the document', { domain: 'api.example.com', auth: {} }, 'chatgpt_action'],
    [
      'a tool of a GPT with the text alone',
      { type: 'plugins_prototype', metadata: { raw_spec: '' } },
      'chatgpt_action',
    ],
    ["LibreChat's", libreChat, 'librechat_action'],
    ['an OpenAPI document', { openapi: '3.1.0', paths: {} }, undefined],
    ['nothing', {}, undefined],
    ['inherited names', parseSource('{"__proto__": {"raw_spec": ""}}'), undefined],
  ])('%s', (_, form, expected) => {
    expect(readerOf(form)?.format).toBe(expected);
  });

  it('is required, and the error lists the supported formats', () => {
    expect(refusalOf(() => recognize({ openapi: '3.1.0' }))).toEqual(['invalid_import', '']);
    expect(refusalOf(() => recognize({ gizmo: {}, tools: [] }))).toEqual(['invalid_import', '/tools']);
  });

  it.each<unknown>(['{"auth": ', '[]', '7', 'null', '', 7, []])(
    'is not detected in %j, which is not a JSON object',
    (source) => {
      expect(refusalOf(() => parseSource(source))).toEqual(['invalid_import', '']);
    },
  );
});

describe('the authentication of a source', () => {
  it('takes the token URL of a plugin manifest from authorization_url', () => {
    expect(schemaOf(manifest)).toEqual({
      type: 'oauth',
      authorization_url: 'https://auth.example.com/authorize',
      token_url: 'https://auth.example.com/token',
      scope: 'notes:read notes:write',
      authorization_content_type: 'application/json',
    });
  });

  it('takes the token URL of a LibreChat action from client_url, and its credentials from the metadata', () => {
    expect(schemaOf(libreChat)).toEqual({
      type: 'oauth',
      authorization_url: 'https://auth.example.com/authorize',
      token_url: 'https://auth.example.com/token',
      scope: 'notes:read',
      token_exchange_method: 'basic_auth_header',
      authorization_content_type: 'application/x-www-form-urlencoded',
      client_id: 'notes-client',
      client_secret: 'canary-librechat-secret',
    });
  });

  it('may be missing in a LibreChat action', () => {
    expect(schemaOf(inMetadata(libreChat, { auth: null }))).toEqual({ type: 'none' });
  });

  it.each<[JsonObject, object]>([
    [{ type: 'none' }, { type: 'none' }],
    [{ type: 'service_http' }, { type: 'api_key', auth_type: 'bearer' }],
    [
      { type: 'service_http', authorization_type: 'basic' },
      { type: 'api_key', auth_type: 'basic' },
    ],
    [
      { type: 'service_http', authorization_type: 'bearer', custom_auth_header: 'X-Old' },
      { type: 'api_key', auth_type: 'bearer' },
    ],
    [
      { type: 'service_http', authorization_type: 'custom', custom_auth_header: 'X-Key' },
      { type: 'api_key', auth_type: 'custom', custom_header_name: 'X-Key' },
    ],
    [
      { type: 'user_http', authorization_type: 'basic' },
      { type: 'api_key', auth_type: 'basic', per_user: true },
    ],
    [
      { type: 'oauth', client_url: 'https://a.example.com', scope: '', token_exchange_method: '' },
      { type: 'oauth', authorization_url: 'https://a.example.com', scope: '' },
    ],
    [{ type: 'oauth', scope: null }, { type: 'oauth' }],
  ])('of a ChatGPT action is read: %j', (auth, expected) => {
    expect(schemaOf(inMetadata(chatGpt, { auth }))).toEqual(expected);
  });

  it.each<[JsonValue, string]>([
    [null, '/metadata/auth'],
    ['none', '/metadata/auth'],
    [{}, '/metadata/auth/type'],
    [{ type: 'oauth2' }, '/metadata/auth/type'],
    [{ type: 'service_http', authorization_type: 7 }, '/metadata/auth/authorization_type'],
    [{ type: 'oauth', client_url: ['x'] }, '/metadata/auth/client_url'],
  ])('is refused with its place: %j', (auth, pointer) => {
    const form = inMetadata(chatGpt, { auth });
    expect(refusalOf(() => settingsOf(form))).toEqual(['invalid_import', pointer]);
  });

  it('is refused with all its mistakes at once', () => {
    const auth = { type: 'oauth', client_url: 5, authorization_url: 6, scope: 7 };
    const form = inMetadata(chatGpt, { auth, oauth_client_id: 8, oauth_client_secret: 9 });
    const names = ['auth/client_url', 'auth/authorization_url', 'auth/scope', 'oauth_client_id', 'oauth_client_secret'];
    const pointers = names.map((name) => `/metadata/${name}`);
    expect(refusalOf(() => settingsOf(form))).toEqual(['invalid_import', ...pointers]);
  });

  it('ignores verification tokens with a warning', () => {
    expect(warningsOf(manifest)).toEqual(['verification_tokens_ignored /auth/verification_tokens']);
    expect(warningsOf(chatGpt)).toEqual([]);
  });
});

describe('the user authentication of a plugin manifest', () => {
  it.each<[JsonObject, JsonObject, string[]]>([
    [{ type: 'none' }, { is_user_authenticated: false }, []],
    [{ type: 'none' }, { is_user_authenticated: true }, ['user_authentication_differs /api/is_user_authenticated']],
    [{ type: 'user_http' }, { has_user_authentication: true }, []],
    [
      { type: 'user_http' },
      { has_user_authentication: false },
      ['user_authentication_differs /api/has_user_authentication'],
    ],
    [{ type: 'service_http' }, { has_user_authentication: 'yes' }, []],
  ])('authenticate themselves where auth says so: %j with %j', (auth, api, expected) => {
    expect(warningsOf({ ...manifest, auth, api })).toEqual(expected);
  });
});

describe('the privacy policy of a source', () => {
  it.each<[JsonValue, string | null, number]>([
    ['https://www.example.com/legal', 'https://www.example.com/legal', 0],
    ['', null, 0],
    [null, null, 0],
    ['hello@legal.example.com', null, 1],
    ['javascript:alert(1)', null, 1],
    [`https://example.com/${'x'.repeat(2000)}`, null, 1],
  ])('is taken where it is an address (%#)', (legal_info_url, expected, warned) => {
    const { privacyPolicyUrl, warnings } = settingsOf({ ...manifest, legal_info_url });
    expect([privacyPolicyUrl, warnings.length]).toEqual([expected, warned]);
  });
});

describe('the document of a source', () => {
  const documentOf = (form: JsonObject, url?: string) => {
    const { reader, source } = actionOf(form);
    return reader.document(source, url);
  };
  const withUrl = (url: JsonValue) => ({ ...manifest, api: { type: 'openapi', url } });

  it('of a manifest is fetched from its URL, which may be relative to the manifest', () => {
    expect(documentOf(manifest).source).toEqual({ openapi_url: 'https://api.example.com/openapi.yaml' });
    const { source, pointer } = documentOf(
      withUrl('../openapi.yaml'),
      'https://x.example.com/.well-known/ai-plugin.json',
    );
    expect([source, pointer]).toEqual([{ openapi_url: 'https://x.example.com/openapi.yaml' }, '/api/url']);
  });

  it.each<[JsonObject, string]>([
    [withUrl('/openapi.yaml'), '/api/url'],
    [withUrl(''), '/api/url'],
    [withUrl(7), '/api/url'],
    [{ ...manifest, api: { type: 'mcp', url: 'https://api.example.com' } }, '/api/type'],
    [inMetadata(chatGpt, { json_schema: null }), '/metadata/raw_spec'],
    [inMetadata(libreChat, { raw_spec: '' }), '/metadata/raw_spec'],
  ])('is missed with its place (%#)', (form, pointer) => {
    expect(refusalOf(() => documentOf(form))).toEqual(['invalid_import', pointer]);
  });

  it('of an action is its raw text rather than the parsed JSON', () => {
    expect(documentOf(inMetadata(chatGpt, { raw_spec: 'openapi: 3.1.0' })).source).toEqual({
      openapi: 'openapi: 3.1.0',
    });
    expect(documentOf(chatGpt).source).toEqual({ openapi: (chatGpt['metadata'] as JsonObject)['json_schema'] });
    expect(documentOf(libreChat).source.openapi).toMatch(/^openapi: 3.0.1/);
  });
});
