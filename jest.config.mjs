import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * One project for the unit specs beside the code and one for each database that the end-to-end suites run on.
 * `scripts/test.mjs` selects the projects. The same suites run on every database, except those that begin with RUNS_ONCE or NEEDS_SERVER.
 */
const RUNS_ONCE = '// Runs once:';
const NEEDS_SERVER = '// Needs a database server:';

const shared = {
  testEnvironment: '<rootDir>/test/support/jest/environment.mjs',
  runtime: '<rootDir>/test/support/jest/runtime.mjs',
  injectGlobals: false,
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@countersign/([^/]+)$': '<rootDir>/packages/$1/src/index.ts',
    '^@countersign/([^/]+)/([^/]+)$': '<rootDir>/packages/$1/src/$2/index.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/packages/[^/]+/dist'],
};

const endToEnd = (database, excluded) => ({
  ...shared,
  displayName: database,
  testMatch: ['<rootDir>/test/**/*.e2e.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...suitesThatBeginWith(excluded)],
  globals: { TEST_DATABASE: database },
});

/** Returns patterns of the paths of suites. */
function suitesThatBeginWith(marker) {
  const root = fileURLToPath(new URL('test/', import.meta.url));
  const suites = readdirSync(root, { recursive: true }).filter((file) => file.endsWith('.e2e.ts'));
  const marked = suites.filter((file) => readFileSync(join(root, file), 'utf8').startsWith(marker));
  return marked.map((file) => `/test/${file.replaceAll('\\', '/').replaceAll('.', '\\.')}$`);
}

export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['src', 'packages/*/src', 'examples', 'console/src', 'test'].map(
        (folder) => `<rootDir>/${folder}/**/*.spec.ts`,
      ),
      setupFiles: ['<rootDir>/test/support/properties.ts'],
    },
    endToEnd('sqlite', NEEDS_SERVER),
    ...['mariadb', 'mysql'].map((database) => endToEnd(database, RUNS_ONCE)),
    {
      ...shared,
      displayName: 'glewlwyd',
      testMatch: ['<rootDir>/test/**/*.glewlwyd.ts'],
      globals: { TEST_DATABASE: 'sqlite' },
    },
    {
      ...shared,
      displayName: 'doorkeeper',
      testMatch: ['<rootDir>/test/**/*.doorkeeper.ts'],
      globals: { TEST_DATABASE: 'sqlite' },
    },
    {
      ...shared,
      displayName: 'browser',
      testMatch: ['<rootDir>/test/**/*.browser.ts'],
      globals: { TEST_DATABASE: 'sqlite' },
    },
    {
      ...shared,
      displayName: 'cluster',
      testMatch: ['<rootDir>/test/**/*.cluster.ts'],
    },
  ],
  testSequencer: '<rootDir>/test/support/jest/sequencer.mjs',
  testTimeout: 60_000,
  // At least two, because suites that start servers spend time waiting for them.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  // A worker's memory grows with every suite: one that has grown this much is replaced after the suite.
  workerIdleMemoryLimit: '1GB',
  // Node takes half a second to free the memory of such a worker when nothing is open any more.
  workerGracefulExitTimeout: 30_000,
};
