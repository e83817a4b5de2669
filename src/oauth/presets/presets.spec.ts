import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Preset } from './preset.js';
import { Presets } from './presets.js';
import { InvalidPresetError, readPresets } from './read-presets.js';

const FOLDER = new URL('./providers/', import.meta.url);
const IDS = readdirSync(FOLDER).map((file) => file.replace('.json', ''));

const GUIDE = readFileSync(new URL('../../../docs/providers.md', import.meta.url), 'utf8');
const TEXT = GUIDE.replaceAll(/\s+/g, ' ');
const ROWS = GUIDE.split('\n').map((line) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim()),
);

const presets = new Presets();

/** Serializes the schema, with the examples in place of the variables. */
function filled({ schema, variables }: Preset): Record<string, unknown> {
  const texts = variables.reduce(
    (text, { name, example }) => text.replaceAll(`{${name}}`, example),
    JSON.stringify(schema),
  );
  return JSON.parse(texts) as Record<string, unknown>;
}

describe.each(IDS)('the preset %s', (id) => {
  const preset = presets.get(id);

  it('has complete https URLs once its variables are filled in', () => {
    const schema = filled(preset);
    const urls = Object.entries(schema).filter(([name]) => name === 'issuer' || name.endsWith('_url'));
    expect(urls.map(([name]) => name)).toEqual(expect.arrayContaining(['authorization_url', 'token_url']));
    for (const [name, url] of [...urls, ['documentation_url', preset.documentation_url]]) {
      const { protocol, username, hash } = new URL(String(url));
      expect([name, protocol, username, hash]).toEqual([name, 'https:', '', '']);
    }
  });

  it('explains each placeholder, and uses each variable', () => {
    const placeholders = [...JSON.stringify(preset.schema).matchAll(/\{([a-z0-9_]+)\}/g)].map(([, name]) => name);
    const names = preset.variables.map(({ name }) => name);
    expect([...new Set(placeholders)].toSorted()).toEqual(names.toSorted());
    expect(JSON.stringify(filled(preset))).not.toMatch(/\{[^":]*\}/);
    for (const { enum: values, example, default: usual = example } of preset.variables) {
      expect(values ?? [example, usual]).toEqual(expect.arrayContaining([example, usual]));
    }
  });

  it('contains no scope twice, and none that contains its separator', () => {
    const scopes = String(preset.schema['scope'] ?? '').split(' ');
    expect(scopes).toEqual([...new Set(scopes)]);
    expect(scopes.join('')).not.toContain(preset.schema['scope_separator'] ?? ' ');
  });

  it('is documented in the guide as it is', () => {
    const { name, variables, refresh, notes, schema } = preset;
    const isBasic = schema['token_exchange_method'] === 'basic_auth_header';
    const isJson = schema['authorization_content_type'] === 'application/json';
    const row = [
      name,
      `\`${id}\``,
      variables.map((variable) => `\`${variable.name}\``).join(', '),
      schema['pkce'] ?? 'auto',
      `${isBasic ? 'basic' : 'post'}${isJson ? ', JSON' : ''}`,
      refresh,
      schema['revocation_url'] ? 'yes' : 'no',
    ];
    expect(ROWS).toContainEqual(row);
    expect(TEXT).toContain(`- **${name}**: ${notes.join(' ')}`);
  });
});

describe('the presets', () => {
  it('cover thirty or more providers, sorted by name', () => {
    const { data, next_cursor } = presets.list({ limit: 200 });
    expect(data.map(({ id }) => id).toSorted()).toEqual(IDS.toSorted());
    expect(data.length).toBeGreaterThanOrEqual(30);
    expect(data.map(({ name }) => name)).toEqual(data.map(({ name }) => name).toSorted((a, b) => a.localeCompare(b)));
    expect(next_cursor).toBeNull();
  });

  it('share no domain', () => {
    const domains = IDS.flatMap((id) => presets.get(id).domains.map((domain) => [domain, id]));
    for (const [domain = '', id] of domains) expect([domain, presets.matching(domain)?.id]).toEqual([domain, id]);
  });

  it('are immutable', () => {
    const github = presets.get('github');
    expect(() => Object.assign(github.schema, { scope: 'repo' })).toThrow(TypeError);
    expect(() => Object.assign(github.notes, { 0: 'none' })).toThrow(TypeError);
  });

  it.each([
    ['api.github.com', 'github'],
    ['API.GitHub.com', 'github'],
    ['api.github.com:8443', 'github'],
    ['www.googleapis.com', 'google'],
    ['gmail.googleapis.com', 'google'],
    ['googleapis.com', 'google'],
    ['acme.zendesk.com', 'zendesk'],
    ['notgoogleapis.com', undefined],
    ['googleapis.com.example.com', undefined],
    ['github.com', undefined],
    ['com', undefined],
    ['', undefined],
  ])('match the domain %s: %s', (domain, id) => {
    expect(presets.matching(domain)?.id).toBe(id);
  });
});

describe('a preset file', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-presets-'));
    cpSync(new URL('github.json', FOLDER), join(folder, 'github.json'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const read = () => readPresets(pathToFileURL(`${folder}/`));
  const github = JSON.parse(readFileSync(new URL('github.json', FOLDER), 'utf8'));

  it('is read if it is valid', () => {
    expect(read().map(({ id }) => id)).toEqual(['github']);
  });

  it.each<[string, unknown, string]>([
    ['is not JSON', '{', 'is not JSON'],
    ['is not an object', [], 'it must be object'],
    [
      'has no token URL',
      { ...github, schema: { type: 'oauth' } },
      "it/schema must have required property 'authorization_url'",
    ],
    [
      'contains a secret',
      { ...github, schema: { ...github.schema, client_secret: 's' } },
      'it/schema must NOT have additional properties',
    ],
    [
      'contains an http URL',
      { ...github, schema: { ...github.schema, token_url: 'http://x' } },
      'it/schema/token_url must match pattern',
    ],
    [
      'contains an unknown value',
      { ...github, refresh: 'often' },
      'it/refresh must be equal to one of the allowed values',
    ],
    ['contains a domain with a wildcard', { ...github, domains: ['*.github.com'] }, 'it/domains/0 must match pattern'],
  ])('is reported with one line if it %s', (_, content, fault) => {
    writeFileSync(join(folder, 'wrong.json'), typeof content === 'string' ? content : JSON.stringify(content));
    expect(read).toThrow(InvalidPresetError);
    expect(read).toThrow(`preset wrong.json: ${fault}`);
    expect(read).not.toThrow('\n');
  });
});
