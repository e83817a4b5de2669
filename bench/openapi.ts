import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Separate packages, which `npm ci` does not install. The path is relative to `dist/`, where this runs. */
const root = fileURLToPath(new URL('../../', import.meta.url));

/** Compares our request builder with similar libraries, and measures the import of a large document. */
export function benchOpenApi(): Promise<void> {
  install('corpus');
  install('bench/rivals');
  run(process.execPath, ['--expose-gc', 'bench/rivals/main.mjs']);
  return Promise.resolve();
}

function install(folder: string): void {
  if (existsSync(`${root}/${folder}/node_modules`)) return;
  console.log(`installing the packages of ${folder}`);
  run('npm', ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund']);
}

function run(command: string, args: string[]): void {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
}
