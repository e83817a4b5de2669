import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { EMPTY } from './draft.js';

interface ApiDocument {
  components: { schemas: Record<string, { properties: Record<string, unknown> }> };
}

const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as ApiDocument;

it.each(['OAuthSchemaInput', 'ApiKeySchemaInput'])(
  'the authentication form has every field of %s, so that saving it loses none',
  (name) => {
    const fields = Object.keys(document.components.schemas[name]?.properties ?? {});
    expect(fields.length).toBeGreaterThan(5);
    expect(fields.filter((field) => !Object.hasOwn(EMPTY, field))).toEqual([]);
  },
);
