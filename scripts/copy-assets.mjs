/** Copies what the server reads at run time to where the compiled code expects it: JSON files, and the pages of the documentation. */
import { cpSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pathOf = (place) => fileURLToPath(new URL(`../${place}`, import.meta.url));

cpSync(pathOf('src'), pathOf('dist/src'), {
  recursive: true,
  filter: (from) => from.endsWith('.json') || statSync(from).isDirectory(),
});
rmSync(pathOf('dist/docs'), { recursive: true, force: true });
cpSync(pathOf('docs'), pathOf('dist/docs'), {
  recursive: true,
  filter: (from) => /\.(md|txt)$/.test(from) || statSync(from).isDirectory(),
});
