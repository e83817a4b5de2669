/**
 * Validates the manifests of deploy/kubernetes against Kubernetes' published schemas, in two ways: with their validators, for
 * values, and as TypeScript, for members that the schemas do not have, which the API server would drop.
 *
 *   npm ci --prefix .ci/kubernetes && node .ci/kubernetes/validate.mjs
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const folder = join(root, 'deploy/kubernetes');
const { loadAll } = await import(createRequire(join(root, 'package.json')).resolve('js-yaml'));

/** Read by kubectl itself, not by the API server. */
const KUSTOMIZATION = 'kustomization.yaml';

const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
const objects = files
  .filter((file) => file !== KUSTOMIZATION)
  .flatMap((file) => loadAll(readFileSync(join(folder, file), 'utf8')).map((object) => ({ file, object })));

const errors = [...unlistedFiles(), ...(await invalidValues()), ...unknownMembers()];
for (const error of errors) console.error(error);
console.log(`${objects.length} Kubernetes objects in ${files.length} files: ${errors.length} errors`);
process.exitCode = errors.length > 0 || objects.length === 0 ? 1 : 0;

function unlistedFiles() {
  const [{ resources }] = loadAll(readFileSync(join(folder, KUSTOMIZATION), 'utf8'));
  const listed = [...resources, KUSTOMIZATION].toSorted().join();
  return listed === files.toSorted().join() ? [] : [`${KUSTOMIZATION}: "resources" must name every other file once`];
}

async function invalidValues() {
  const found = [];
  for (const { file, object } of objects) {
    const models = await import(`kubernetes-models/${object.apiVersion}`);
    try {
      new models[object.kind](object).validate();
    } catch (error) {
      found.push(`${file}: ${object.kind}: ${error.message}`);
    }
  }
  return found;
}

/** Lets the compiler compare each object, as a literal, with the type of its kind. */
function unknownMembers() {
  const source = join(here, 'manifests.ts');
  const lines = objects.map(({ object }, index) => {
    const type = `import('kubernetes-models/${object.apiVersion}').I${object.kind}`;
    return `export const object${index}: ${type} = ${JSON.stringify(object)};`;
  });
  writeFileSync(source, `${lines.join('\n')}\n`);
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--ignoreConfig'];
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, ...options, source], { encoding: 'utf8' });
  rmSync(source);
  if (status === 0) return [];
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const number = Number(/manifests\.ts\((\d+),/.exec(line)?.[1] ?? 0);
      return number > 0 ? `${objects[number - 1].file}: ${line.replace(/^.*?: error /, '')}` : line;
    });
}
