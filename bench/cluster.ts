import { SCENARIOS, type Scenario } from '../test/cluster/scenarios/index.js';
import { runScenario, type Verdict } from '../test/cluster/support/run-scenario.js';
import { Servers } from '../test/cluster/support/servers.js';

/**
 * Runs faults on a cluster under load and prints which promises held.
 *
 * `BENCH_KIND=<name>;<name>` runs some scenarios, in this order; `BENCH_SECONDS` is the duration of each fault.
 */
export async function benchCluster(): Promise<void> {
  const seconds = process.env['BENCH_SECONDS'] === undefined ? undefined : Number(process.env['BENCH_SECONDS']);
  const scenarios = selected(process.env['BENCH_KIND']);
  const verdicts: Verdict[] = [];
  // An exit ends the servers; a signal alone would leave them behind.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const servers = await Servers.start();
  try {
    for (const scenario of scenarios) {
      const verdict = await runScenario(servers, scenario, seconds).catch((error: unknown) => failed(scenario, error));
      report(verdict);
      verdicts.push(verdict);
    }
  } finally {
    await servers.stop();
  }
  printTable(verdicts);
  if (verdicts.some((verdict) => violationsOf(verdict) > 0)) process.exitCode = 1;
}

function selected(names: string | undefined): Scenario[] {
  if (names === undefined) return SCENARIOS;
  return names.split(';').map((name) => {
    const scenario = SCENARIOS.find((each) => each.name === name.trim());
    if (!scenario)
      throw new Error(`BENCH_KIND: "${name}" must be one of ${SCENARIOS.map((each) => each.name).join('; ')}`);
    return scenario;
  });
}

/** A scenario that cannot be carried out does not stop those that follow. */
function failed({ name, seconds }: Scenario, error: unknown): Verdict {
  const violations = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  const findings = { 'the scenario is carried out': { checked: 1, violations, excused: 0 } };
  return { scenario: name, seconds, requests: 0, unavailable: 0, recoverySeconds: 0, findings };
}

function violationsOf({ findings }: Verdict): number {
  return Object.values(findings).reduce((sum, { violations }) => sum + violations.length, 0);
}

/** Prints at most three examples of each broken promise. */
function report(verdict: Verdict): void {
  const { scenario, seconds, requests, unavailable, recoverySeconds, findings } = verdict;
  console.log(
    `\n${scenario} (${seconds} s): ${requests} requests, ${unavailable} × 503, recovered after ${recoverySeconds.toFixed(1)} s`,
  );
  for (const [invariant, { checked, violations, excused }] of Object.entries(findings)) {
    const excuse = excused > 0 ? `, ${excused} excused` : '';
    if (violations.length > 0) console.log(`  BROKEN ${invariant}: ${violations.length} of ${checked}${excuse}`);
    else if (excused > 0) console.log(`  ${invariant}: 0 of ${checked}${excuse}`);
    for (const example of violations.slice(0, 3)) console.log(`    ${example}`);
  }
}

/** Prints violations / checked, and excused cases after a plus sign. */
function printTable(verdicts: Verdict[]): void {
  const invariants = [...new Set(verdicts.flatMap(({ findings }) => Object.keys(findings)))];
  console.log(`\n| scenario | ${invariants.join(' | ')} |\n| --- |${' ---: |'.repeat(invariants.length)}`);
  for (const { scenario, findings } of verdicts) {
    const cells = invariants.map((invariant) => {
      const finding = findings[invariant];
      if (!finding) return '–';
      const { violations, checked, excused } = finding;
      return `${violations.length}/${checked}${excused > 0 ? ` + ${excused}` : ''}`;
    });
    console.log(`| ${scenario} | ${cells.join(' | ')} |`);
  }
  console.log('\nviolations/checked + cases that the documentation excepts');
}
