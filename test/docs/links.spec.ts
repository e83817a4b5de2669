import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from '@jest/globals';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'corpus/README.md',
  'packages/openapi/README.md',
  'packages/sdk/README.md',
  'examples/chat/README.md',
  'examples/mcp-clients/README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((file) => join('docs', file)),
].filter((file) => file.endsWith('.md') && existsSync(file));

it.each(PAGES)('every relative link of %s leads to a file and heading that exist', (page) => {
  const broken = linksOf(page).filter((link) => !leadsSomewhere(page, link));
  expect(broken).toEqual([]);
});

it.each(['README.md', 'CONTRIBUTING.md'])('every path that %s names exists', (page) => {
  const text = readFileSync(page, 'utf8');
  const paths = [...text.matchAll(/`((?:src|test|packages|console|migrations|examples|bench)\/[\w./-]*)`/g)];
  expect(paths.length).toBeGreaterThan(10);
  expect(paths.map(([, path = '']) => path).filter((path) => !existsSync(path))).toEqual([]);
});

it('every folder of src is in the table of README.md', () => {
  const rows = readFileSync('README.md', 'utf8').match(/^\| `[\w-]+\/`.*$/gm) ?? [];
  const named = rows.flatMap((row) => row.match(/`[\w-]+\/`/g) ?? []).map((name) => name.slice(1, -2));
  const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(named).toEqual(expect.arrayContaining(folders.map(({ name }) => name)));
});

it('finds links, and the anchors of headings', () => {
  expect(linksOf('README.md').length).toBeGreaterThan(10);
  expect(leadsSomewhere('README.md', 'docs/security-rules.md#c11')).toBe(true);
  expect(leadsSomewhere('README.md', 'docs/security-rules.md#oauth-client')).toBe(true);
  expect(leadsSomewhere('README.md', 'docs/security-rules.md#no-such-heading')).toBe(false);
  expect(leadsSomewhere('README.md', 'docs/no-such-page.md')).toBe(false);
});

function linksOf(page: string): string[] {
  const text = withoutCode(readFileSync(page, 'utf8'));
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(target)) return false;
  return anchor === undefined || (statSync(target).isFile() && anchorsOf(target).has(anchor));
}

/** Anchors as GitHub makes them: lower case, without punctuation, blanks as hyphens. */
function anchorsOf(page: string): Set<string> {
  const text = readFileSync(page, 'utf8');
  const headings = withoutFences(text).matchAll(/^#+ (.+)$/gm);
  const slugs = [...headings].map(([, title = '']) =>
    title
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
  return new Set([...slugs, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)]);
}

function withoutFences(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, '');
}

function withoutCode(text: string): string {
  return withoutFences(text).replaceAll(/`[^`\n]*`/g, '');
}
