import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

interface ApiDocument {
  components: { schemas: Record<string, { properties: Record<string, unknown> }> };
}

const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as ApiDocument;
const [, empty = ''] =
  /export const EMPTY: Draft = \{(.*?)\n\};/s.exec(readFileSync('console/src/authentication/draft.ts', 'utf8')) ?? [];

it.each(['OAuthSchemaInput', 'ApiKeySchemaInput'])(
  'the authentication form has every field of %s, so that saving it loses none',
  (name) => {
    const fields = Object.keys(document.components.schemas[name]?.properties ?? {});
    expect(fields.length).toBeGreaterThan(5);
    expect(fields.filter((field) => !empty.includes(`\n  ${field}: `))).toEqual([]);
  },
);
