import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const PACKAGE = 'packages/openapi/src';

/** A code is a literal after the field, variable or function that takes it. */
const CODE =
  /(?:\bcode(?:: string)?\s*[:=]\s*|\b(?:warn|reject|brokenReference|toFindings)\(\s*|\bunsupported\(\s*\w+,\s*)'([a-z_]+)'/g;

function codesOfSource(): Set<string> {
  const files = readdirSync(PACKAGE, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => join(PACKAGE, file));
  const sources = [...files, 'src/actions/documents/read-document.ts'].map((file) => readFileSync(file, 'utf8'));
  return new Set(sources.flatMap((source) => [...source.matchAll(CODE)].map(([, code = '']) => code)));
}

it('documents every code of a finding in docs/documents.md, and no other', () => {
  const rows = readFileSync('docs/documents.md', 'utf8').matchAll(/^\| `(\w+)` /gm);
  const documented = [...rows].map(([, code = '']) => code);
  expect(documented.toSorted()).toEqual([...codesOfSource()].toSorted());
});
