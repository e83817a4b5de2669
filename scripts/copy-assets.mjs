/** Puts the JSON files that the server reads at run time where the compiler has put the code that reads them. */
import { cpSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pathOf = (place) => fileURLToPath(new URL(`../${place}`, import.meta.url));

cpSync(pathOf('src'), pathOf('dist/src'), {
  recursive: true,
  filter: (from) => from.endsWith('.json') || statSync(from).isDirectory(),
});
