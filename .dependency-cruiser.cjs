/** From the top of the house to its foundation: a feature imports only from those behind it in this list. */
const FEATURES = [
  'console',
  'tool-calls',
  'dispatch',
  'auth-schemas',
  'oauth',
  'actions',
  'gpts',
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

const HTTP_CLIENTS = ['undici', 'axios', 'got', 'node-fetch', 'superagent'];

module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
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
      from: { path: '^src/', pathNot: '^src/egress/' },
      to: {
        dependencyTypesNot: ['type-only'],
        path: [
          ...HTTP_CLIENTS.map((name) => `node_modules/${name}/`),
          '^(node:)?(http|https|http2|net|tls|dgram|dns|dns/promises|inspector)$',
        ],
      },
    },
    {
      name: 'key-services-in-the-vault',
      severity: 'error',
      comment: 'the clients of key services bring a way out of their own',
      from: { path: '^src/', pathNot: '^src/vault/providers/' },
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
