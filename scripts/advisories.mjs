/**
 * Asks the registry for advisories on what production runs with, and fails on one that is high or critical and is not in `advisories.json`,
 * where each has a reason. Where the registry does not answer, it says so, and fails only with `--require`.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const reasoned = JSON.parse(readFileSync(new URL('../advisories.json', import.meta.url), 'utf8'));

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  cwd: root,
  encoding: 'utf8',
  timeout: 60_000,
});
const report = parsed(stdout);
if (!report?.vulnerabilities) {
  console.error(`the registry did not say which advisories there are: ${report?.message ?? 'no answer'}`);
  process.exitCode = process.argv.includes('--require') ? 1 : 0;
} else {
  const found = Object.values(report.vulnerabilities).flatMap(({ via }) =>
    via.filter((each) => typeof each === 'object'),
  );
  const serious = found.filter(({ severity, url }) => /^(high|critical)$/.test(severity) && !(url in reasoned));
  for (const { name, severity, title, url } of serious) console.error(`${severity}: ${name}: ${title} (${url})`);
  console.log(`${found.length} advisories, ${serious.length} of them serious and without a reason`);
  process.exitCode = serious.length > 0 ? 1 : 0;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
