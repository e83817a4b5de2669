/**
 * Writes a CycloneDX bill of materials of what production runs with to `sbom.cdx.json`, or where the argument says.
 *
 * `npm sbom --omit dev` leaves out what production and development share, so it is asked for everything, and the lock file says what is whose.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { packages } = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
const all = JSON.parse(
  execFileSync('npm', ['sbom', '--silent', '--sbom-format', 'cyclonedx'], { cwd: root, maxBuffer: 64 * 1_048_576 }),
);

/** Workspaces that the server does not load. */
const CLIENTS = ['console', 'packages/sdk'];

const runs = Object.entries(packages).filter(
  ([path, { dev, devOptional, link }]) => path !== '' && !CLIENTS.includes(path) && !dev && !devOptional && !link,
);
const names = new Set(
  // A workspace package has a name of its own; any other is named by its folder.
  runs.map(([path, { name, version }]) => `${name ?? path.slice(path.lastIndexOf('node_modules/') + 13)}@${version}`),
);
const bill = {
  ...all,
  components: all.components.filter((component) => names.has(component['bom-ref'])),
  dependencies: all.dependencies
    .filter(({ ref }) => names.has(ref) || ref === all.metadata.component['bom-ref'])
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((each) => names.has(each)) })),
};
writeFileSync(process.argv[2] ?? `${root}/sbom.cdx.json`, JSON.stringify(bill, undefined, 2));
