import { readFileSync, writeFileSync } from 'node:fs';

const LINES = new URL('outcomes.json', import.meta.url);
const TABLE = new URL('OUTCOMES.md', import.meta.url);

/** What came of a document, in a line. */
function lineOf({ outcome: { broken, refused, operations, requests, problems } }) {
  if (broken) return `broken: ${broken}`;
  if (refused) return `refused: ${refused}`;
  const counts = Object.entries(problems)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([problem, ids]) => `, ${ids.length} × ${problem}`);
  return `${operations} operations, ${requests} requests${counts.join('')}`;
}

export function readOutcomes() {
  return JSON.parse(readFileSync(LINES, 'utf8'));
}

/** The documents whose outcome is another one than was written down. */
export function differences(outcomes, expected) {
  return [...outcomes].flatMap(([name, result]) => {
    const line = lineOf(result);
    if (line === expected[name]) return [];
    return [`${name}\n  is   ${line}\n  was  ${expected[name] ?? 'not there'}${examples(result)}`];
  });
}

function examples({ outcome: { problems = {} } }) {
  return Object.entries(problems)
    .map(([problem, ids]) => `\n  ${problem}: ${ids.slice(0, 3).join(', ')}`)
    .join('');
}

const ALWAYS =
  /^(?:octokit\/api\.github\.com|stripe\.com|twilio\.com\/api\.json|slack\.com|notion|gitea\.io|spotify\.com|amazonaws\.com\/(?:s3|sns|ec2|dynamodb)\.json|adyen\.com\/BalancePlatformPayment.*|microsoft\.com\/graph-beta|googleapis\.com\/drive|freetv-app\.com|flickr\.com|box\.com)/;

const SAMPLED = 150;

/** The names of a sample that stays the same: documents that show something, and others from all over the corpus. */
export function sampleOf(names) {
  const shown = names.filter((name) => ALWAYS.test(name));
  const others = names.filter((name) => !ALWAYS.test(name));
  const count = SAMPLED - shown.length;
  return new Set([
    ...shown,
    ...Array.from({ length: count }, (_, at) => others[Math.floor((at * others.length) / count)]),
  ]);
}

export function slowest(outcomes) {
  const slow = [...outcomes].toSorted(([, one], [, other]) => other.importMs - one.importMs).slice(0, 10);
  return ['slowest imports:', ...slow.map(([name, { importMs }]) => `${Math.round(importMs)} ms ${name}`)].join('\n  ');
}

export function writeOutcomes(outcomes) {
  const lines = Object.fromEntries([...outcomes].map(([name, result]) => [name, lineOf(result)]));
  writeFileSync(LINES, `${JSON.stringify(lines, null, 1)}\n`);
  writeFileSync(TABLE, tableOf([...outcomes.values()].map(({ outcome }) => outcome)));
}

function tableOf(all) {
  const usable = all.filter(({ operations }) => operations !== undefined);
  const refused = countBy(all.flatMap(({ refused: code }) => code ?? []));
  const problems = countBy(
    usable.flatMap(({ problems: found }) => Object.entries(found).flatMap(([problem, ids]) => ids.map(() => problem))),
  );
  const sum = (key) => usable.reduce((total, outcome) => total + outcome[key], 0);
  const percent = ((100 * usable.length) / all.length).toFixed(2);
  return [
    '# What comes of the corpus',
    '',
    'Written by `UPDATE_CORPUS=1 npm run test:corpus`, which otherwise fails where any of this changes. What each document comes to is in',
    '`outcomes.json`.',
    '',
    '| what | how many |',
    '| --- | --- |',
    `| documents | ${all.length} |`,
    `| usable | ${usable.length} (${percent} %) |`,
    ...refused.map(([code, count]) => `| refused, \`${code}\` | ${count} |`),
    `| broken | ${all.filter(({ broken }) => broken).length} |`,
    `| operations | ${sum('operations')} |`,
    `| requests built and read back | ${sum('requests')} |`,
    '',
    '| of the requests | how many |',
    '| --- | --- |',
    ...problems.map(([problem, count]) => `| ${problem.replaceAll('|', String.raw`\|`)} | ${count} |`),
    '',
  ].join('\n');
}

function countBy(names) {
  const counts = new Map();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].toSorted(([, one], [, other]) => other - one);
}
