// Runs once: the database takes no part in what this suite tests.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

function runScript(...args: string[]): { status: number | null; stderr: string } {
  return spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
}

function dependenciesOf(manifest: string): string[] {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, manifest), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return Object.entries(dependencies).map(([name, version]) => `${name}@${version}`);
}

it('the bill of materials has every package that production runs with, in its exact version, and no other', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-sbom-'));
  try {
    const file = join(folder, 'sbom.json');
    expect(runScript('scripts/sbom.mjs', file)).toMatchObject({ status: 0 });
    const bill = JSON.parse(readFileSync(file, 'utf8'));
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { 'bom-ref': 'countersign@0.1.0' } } });
    const listed: string[] = bill.components.map((each: { 'bom-ref': string }) => each['bom-ref']);
    const dependencies = ['package.json', 'packages/openapi/package.json'].flatMap(dependenciesOf);
    expect(dependencies.filter((each) => !listed.includes(each))).toEqual([]);
    for (const tool of ['jest', 'typescript', 'oxlint', 'oidc-provider']) {
      expect(listed.filter((each) => each.startsWith(`${tool}@`))).toEqual([]);
    }
    const needed: string[] = bill.dependencies.flatMap(({ dependsOn }: { dependsOn: string[] }) => dependsOn);
    expect(needed.filter((each) => !listed.includes(each))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('every package is named in one exact version', () => {
  expect(runScript('scripts/check-versions.mjs')).toMatchObject({ status: 0, stderr: '' });
});
