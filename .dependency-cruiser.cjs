/** From the top of the house to its foundation: a feature imports only from those behind it in this list. */
const FEATURES = [
  'console',
  'tool-calls',
  'dispatch',
  'provider-checks',
  'auth-schemas',
  'credentials',
  'sign-ins',
  'connections',
  'pages',
  'traces',
  'actions',
  'gpts',
  'oauth',
  'auth-registry',
  'redaction',
  'openapi',
  'vault',
  'statistics',
  'tenants',
  'egress',
  'audit',
  'limits',
  'health',
  'metrics',
  'database',
  'cluster',
  'config',
  'common',
];

/** What composes the features, and may reach into any of them. */
const COMPOSITION = '^src/[a-z.-]+\\.ts$';

const upwards = FEATURES.slice(1).map((feature, index) => ({
  name: `${feature}-imports-down-only`,
  severity: 'error',
  comment: `${feature} stands below ${FEATURES[index]}: what it needs from above, it gets handed`,
  from: { path: `^src/${feature}/` },
  to: { path: `^src/(${FEATURES.slice(0, index + 1).join('|')})/` },
}));

const PRODUCT = '^(src|migrations)/';

/** HTTP clients by their names; any other is no package of ours. */
const HTTP_CLIENTS = ['undici', 'axios', 'got', 'ky', 'node-fetch', 'superagent', 'rxjs/.*(ajax|fetch|webSocket)'];

/** It stops checks that take too long, and runs nothing but a line of its own. */
const WATCH = '^src/openapi/schema/bounded-check\\.ts$';

/** What of Node is used. All else, known or yet to come, may be a way out: sockets, programs such as curl, a `require` of anything. */
const CORE = [
  'async_hooks',
  'buffer',
  'crypto',
  'events',
  'fs',
  'path',
  'readline',
  'stream',
  'timers/promises',
  'url',
  'util',
  'zlib',
];

/** Clients of databases and caches: each has its one place. */
const SOCKETS = { ioredis: 'cluster', mysql2: 'database', libsql: 'database', 'passport-oauth2': 'oauth' };

module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    ...upwards,
    {
      name: 'by-the-front-door',
      severity: 'error',
      comment: "another feature's face is its index.ts",
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/([^/]+)/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'composition-by-the-front-door',
      severity: 'error',
      from: { path: COMPOSITION },
      to: { path: '^src/([^/]+)/', pathNot: '^src/[^/]+/index\\.ts$' },
    },
    {
      name: 'one-way-out',
      severity: 'error',
      comment: 'requests leave through egress/, which checks where they go',
      from: { path: PRODUCT, pathNot: '^src/egress/' },
      to: {
        dependencyTypesNot: ['type-only'],
        path: HTTP_CLIENTS.flatMap((name) => [`node_modules/${name}(/|$)`, `^${name}(/|$)`]),
      },
    },
    {
      name: 'core-modules-in-use',
      severity: 'error',
      comment: 'requests leave through egress/; name a harmless module of Node in CORE',
      from: { path: PRODUCT, pathNot: ['^src/egress/', WATCH] },
      to: {
        dependencyTypes: ['core'],
        dependencyTypesNot: ['type-only'],
        pathNot: `^(node:)?(${CORE.join('|')})$`,
      },
    },
    {
      name: 'core-modules-in-use-to-watch',
      severity: 'error',
      comment: 'a module of Node that can run any text is used to stop what takes too long, and there alone',
      from: { path: WATCH },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?vm$' },
    },
    {
      name: 'packages-of-ours',
      severity: 'error',
      comment: 'what package.json names as a dependency: nothing that is only for tests, or here because of another',
      from: { path: PRODUCT },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/(@aws-sdk/client-kms|@google-cloud/kms)/',
      },
    },
    { name: 'no-unresolvable', severity: 'error', from: { path: PRODUCT }, to: { couldNotResolve: true } },
    ...Object.entries(SOCKETS).map(([name, feature]) => ({
      name: `${name}-in-${feature}`,
      severity: 'error',
      comment: 'it opens connections of its own',
      from: { path: PRODUCT, pathNot: `^src/${feature}/` },
      to: { dependencyTypesNot: ['type-only'], path: `node_modules/${name}/` },
    })),
    {
      name: 'key-services-in-the-vault',
      severity: 'error',
      comment: 'the clients of key services bring a way out of their own',
      from: { path: PRODUCT, pathNot: '^src/vault/providers/' },
      to: { path: 'node_modules/(@(aws-sdk|smithy|google-cloud|grpc)|google-(gax|auth-library))/' },
    },
    {
      name: 'openapi-stands-alone',
      severity: 'error',
      comment: 'plain functions that could be published on their own',
      from: { path: '^src/openapi/' },
      to: { path: '^src/', pathNot: '^src/openapi/' },
    },
    {
      name: 'protocol-without-framework',
      severity: 'error',
      from: { path: '^src/(openapi|oauth/protocol)/|^src/vault/envelope' },
      to: { path: 'node_modules/(@nestjs|typeorm)/' },
    },
    {
      name: 'no-orphan',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: ['\\.spec\\.ts$', '\\.d\\.ts$', '^src/(main|migrate|keys|rotate|audit-verify)\\.ts$'],
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: 'specify',
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
