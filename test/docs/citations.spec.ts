import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const FOLDERS = ['src', 'packages', 'test', 'console/src', 'migrations', 'docs', 'examples', 'bench'];
const PAGES = { rule: 'docs/security-rules.md', quirk: 'docs/provider-quirks.md' };

/** `security rule C11`, `security rules C6 to C8`, `security rules C3, C4 and C5`. */
const RULE = /security rules? ([A-Z]\d+(?:(?:, | and | or | to )[A-Z]\d+)*)/gi;
/** `provider quirk 12`, `provider quirks 4 and 5`; `%s` stands for the numbers in a table of tests. */
const QUIRK = /provider quirks? ((?:\d+|%s)(?:(?:, | and | or | to )\d+)*)/gi;

/** Citations of pages that are not in this repository, and ids without the page that defines them. */
const DANGLING = [
  /\b(?:SECURITY|PROVIDERS|CHATGPT|CONTRACT|DESIGN|STYLE|MCP) (?:C?\d+|%s)\b/g,
  /(?<![\w%\\#.-])C[1-9]\d?(?![\w-])/g,
];

const files = FOLDERS.filter((folder) => existsSync(folder))
  .flatMap(filesIn)
  .filter((file) => /\.(ts|tsx|mjs|md)$/.test(file) && !file.includes('citations.spec'))
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }));

describe('citations', () => {
  it('of security rules name a rule that docs/security-rules.md defines', () => {
    expect(undefinedIds(RULE, idsOf(PAGES.rule))).toEqual([]);
  });

  it('of provider quirks name a row that docs/provider-quirks.md defines', () => {
    expect(undefinedIds(QUIRK, new Set([...idsOf(PAGES.quirk), '%s']))).toEqual([]);
  });

  it('always say which page defines the id', () => {
    const pages = Object.values(PAGES);
    const found = files
      .filter(({ file }) => !pages.includes(file))
      .flatMap(({ file, text }) => {
        const rest = text.replace(RULE, '').replace(QUIRK, '');
        return DANGLING.flatMap((pattern) => rest.match(pattern) ?? []).map((id) => `${file}: ${id}`);
      });
    expect(found).toEqual([]);
  });
});

describe('docs/security-rules.md', () => {
  const rows = readFileSync(PAGES.rule, 'utf8')
    .split('\n')
    .filter((line) => line.includes('<a id="'));

  it('names for every rule tests that exist', () => {
    const missing = rows.flatMap((row) => {
      const paths = [...row.matchAll(/`((?:test|src|packages)\/[^`]+)`/g)].map(([, path = '']) => path);
      return paths.length === 0 ? [row] : paths.filter((path) => !existsSync(path));
    });
    expect(missing).toEqual([]);
  });

  it('gives every rule the anchor of its id, once', () => {
    const anchors = rows.map((row) => /<a id="(\w+)"><\/a>(\w+)/.exec(row));
    for (const match of anchors) expect(match?.[1]).toBe(match?.[2]?.toLowerCase());
    expect(new Set(anchors.map((match) => match?.[2])).size).toBe(rows.length);
  });
});

/** Without packages, which may be being installed meanwhile. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [path];
    return ['node_modules', 'dist'].includes(entry.name) ? [] : filesIn(path);
  });
}

function idsOf(page: string): Set<string> {
  return new Set([...readFileSync(page, 'utf8').matchAll(/<a id="[^"]+"><\/a>(\w+)/g)].map(([, id = '']) => id));
}

function undefinedIds(citation: RegExp, defined: Set<string>): string[] {
  return files.flatMap(({ file, text }) =>
    [...text.matchAll(citation)]
      .flatMap(([, ids = '']) => ids.match(/[A-Z]?\d+|%s/g) ?? [])
      .filter((id) => !defined.has(id))
      .map((id) => `${file}: ${id}`),
  );
}
