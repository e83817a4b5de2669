import Sequencer from '@jest/test-sequencer';

/** Parts of the paths of the suites that take longest. */
const SLOW = [
  'leaks/routes',
  'pkce/pkce',
  'two-tenants',
  'audit.e2e',
  '.browser.',
  'glewlwyd',
  'revocation/bulk',
  'import.e2e',
  'access.e2e',
];

/** Starts the longest suites first, so that the workers finish together. Jest itself guesses from file sizes until it has seen a run. */
export default class SlowestFirst extends Sequencer {
  sort(tests) {
    // oxlint-disable-next-line unicorn/no-array-sort -- Jest's own method
    const sorted = super.sort(tests);
    const isKnown = sorted.some(({ duration }) => duration !== undefined);
    return isKnown ? sorted : sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ path }) {
  const index = SLOW.findIndex((part) => path.includes(part));
  return index === -1 ? SLOW.length : index;
}
