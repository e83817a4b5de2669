/**
 * One project for the unit specs beside the code and one for each database that the end-to-end suites run on.
 * `scripts/test.mjs` chooses the projects; the same files serve every database.
 */
const shared = {
  testEnvironment: '<rootDir>/test/support/jest/environment.mjs',
  runtime: '<rootDir>/test/support/jest/runtime.mjs',
  injectGlobals: false,
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist'],
};

const endToEnd = (database) => ({
  ...shared,
  displayName: database,
  testMatch: ['<rootDir>/test/**/*.e2e.ts'],
  globals: { TEST_DATABASE: database },
});

export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['src', 'examples', 'console/src'].map((folder) => `<rootDir>/${folder}/**/*.spec.ts`),
      setupFiles: ['<rootDir>/test/support/properties.ts'],
    },
    endToEnd('sqlite'),
    endToEnd('mariadb'),
    {
      ...shared,
      displayName: 'glewlwyd',
      testMatch: ['<rootDir>/test/**/*.glewlwyd.ts'],
      globals: { TEST_DATABASE: 'sqlite' },
    },
    {
      ...shared,
      displayName: 'browser',
      testMatch: ['<rootDir>/test/**/*.browser.ts'],
      globals: { TEST_DATABASE: 'sqlite' },
    },
  ],
  testTimeout: 60_000,
  maxWorkers: 2,
  // What modules of one suite leave behind is not freed: a worker that has grown is replaced after the suite.
  workerIdleMemoryLimit: '1GB',
  // Node takes half a second to give back the memory of such a worker, when nothing is open any more.
  workerGracefulExitTimeout: 30_000,
};
