/** Builds the console where something of it has changed since it was built last. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const BUILT = join(root, 'dist/console/index.html');
const SOURCES = ['console', 'docs/openapi.json', 'package-lock.json'];

if (!isBuilt()) {
  const { status } = spawnSync('npm', ['run', '--silent', 'build', '--workspace', 'console'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  process.exitCode = status ?? 1;
}

function isBuilt() {
  return (
    existsSync(BUILT) && Math.max(...SOURCES.flatMap((place) => times(join(root, place)))) < statSync(BUILT).mtimeMs
  );
}

function times(place) {
  if (!statSync(place).isDirectory()) return [statSync(place).mtimeMs];
  return readdirSync(place)
    .filter((name) => name !== 'node_modules' && name !== 'schema.d.ts')
    .flatMap((name) => times(join(place, name)));
}
