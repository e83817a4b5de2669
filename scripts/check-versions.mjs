/** Every package is named in one exact version, and the lock file says what its content is. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
const GROUPS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/** Folders with a lock file of their own. */
const LOCKED = ['bench/rivals', 'corpus', 'examples/chat', 'examples/mcp-clients', '.ci/kubernetes'];

const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`);
const mistakes = [...['.', 'console', ...packages, ...LOCKED].flatMap(ranges), ...['.', ...LOCKED].flatMap(unlocked)];
for (const mistake of mistakes) console.error(mistake);
process.exitCode = mistakes.length > 0 ? 1 : 0;

function read(...path) {
  return JSON.parse(readFileSync(join(root, ...path), 'utf8'));
}

function ranges(folder) {
  const manifest = read(folder, 'package.json');
  const named = GROUPS.flatMap((group) => Object.entries(manifest[group] ?? {}));
  const overridden = Object.entries(flat(manifest.overrides ?? {}));
  return [...named, ...overridden]
    .filter(([, version]) => !EXACT.test(version) && !version.startsWith('$'))
    .map(([name, version]) => `${folder}/package.json: ${name} ${version} is no exact version`);
}

function flat(overrides) {
  return Object.assign(
    {},
    ...Object.entries(overrides).map(([name, value]) => (typeof value === 'string' ? { [name]: value } : flat(value))),
  );
}

function unlocked(folder) {
  if (!existsSync(join(root, folder, 'package-lock.json'))) return [`${folder}: there is no package-lock.json`];
  const { packages } = read(folder, 'package-lock.json');
  return (
    Object.entries(packages)
      // What other machines' compilers and linters are made of is not there to be looked at.
      .filter(([path, { dev, optional }]) => path.includes('node_modules/') && !(dev && optional))
      // A workspace, which is no package of anybody's.
      .filter(([, { link }]) => !link)
      .filter(
        ([, { integrity = '', resolved = 'https:' }]) =>
          !integrity.startsWith('sha512-') || !resolved.startsWith('https:'),
      )
      .map(
        ([path]) => `${folder}/package-lock.json: ${path} has no sha512 checksum, or another source than the registry`,
      )
  );
}
