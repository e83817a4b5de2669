/** The modules of `src/`, from top to bottom. A module imports only from those after it. */
const FEATURES = [
  'http',
  'console',
  'mcp-authorization',
  'gpt-imports',
  'mcp',
  'tool-calls',
  'dispatch',
  'mcp-servers',
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
  'vault',
  'statistics',
  'tenants',
  'mcp-client',
  'mcp-protocol',
  'egress',
  'audit',
  'limits',
  'workers',
  'health',
  'metrics',
  'database',
  'cluster',
  'config',
  'common',
];

/** Composes the features: the application and the command-line programs. Nothing else imports these. */
const COMPOSITION = '^src/(cli/)?[a-z.-]+\\.ts$';

const upwards = FEATURES.slice(1).map((feature, index) => ({
  name: `${feature}-imports-down-only`,
  severity: 'error',
  comment: `${feature} is below ${FEATURES[index]}; pass what it needs from above as an argument`,
  from: { path: `^src/${feature}/` },
  to: { path: `^src/(${FEATURES.slice(0, index + 1).join('|')})/` },
}));

/** The folders of a module, from top to bottom; `.` is the module's root. A folder imports only from those after it. */
const LAYERS = {
  'packages/openapi/src': [
    '.',
    'checks',
    'tools',
    'arguments',
    'serialize',
    'schema',
    'patterns',
    'formats',
    'operations',
    'text',
    'reading',
    'bundle',
    'repairs',
    'swagger2',
    'document',
    'numbers',
  ],
  'packages/openapi/src/serialize': ['body', '.'],
  'packages/sdk/src': ['ai', 'langchain', '.', 'api'],
  'src/actions': ['.', 'imports', 'lifecycle', 'mcp-servers', 'documents', 'operations', 'policies', 'store'],
  'src/actions/imports': ['.', 'sources'],
  'src/common': ['.', 'authentication', 'api', 'jobs', 'errors', 'logging', 'ids', 'slots', 'time', 'redaction'],
  'src/connections': ['.', 'connected-accounts', 'import', 'refresh', 'revocation', 'store'],
  'src/connections/refresh': ['background', '.'],
  'src/connections/revocation': ['.', 'store'],
  'src/dispatch': ['.', 'mcp', 'response', 'files'],
  'src/egress': ['.', 'connection', 'memory', 'exchange', 'lookup', 'policy', 'errors'],
  'src/http': ['.', 'bodies'],
  'src/mcp': ['.', 'protocol', 'tools', 'confirmation-page', 'elicitation', 'principals', 'tokens', 'settings'],
  'src/mcp-authorization': [
    '.',
    'authorize',
    'consent',
    'verify',
    'tokens',
    'store',
    'metadata',
    'jwt',
    'clients',
    'servers',
    'protocol',
  ],
  'src/oauth': ['.', 'discovery', 'presets', 'protocol'],
  'src/pages': ['.', 'texts', 'markup'],
  'src/provider-checks': ['.', 'checks', 'findings'],
  'src/sign-ins': ['.', 'pages', 'flow'],
  'src/traces': ['.', 'rules', 'facts'],
};

/** Files of a module's root that its folders may import: plain types and functions without imports of their own. */
const SHARED = { 'src/dispatch': ['call.dto', 'call-limits', 'depth'] };

const folderPath = (module, folder) => (folder === '.' ? `^${module}/[^/]+$` : `^${module}/${folder}/`);

const layers = Object.entries(LAYERS).flatMap(([module, folders]) =>
  folders.slice(1).map((folder, index) => ({
    name: `${module}-${folder}-imports-down-only`,
    severity: 'error',
    comment: `inside ${module}, ${folder} is below ${folders[index]}`,
    from: { path: folderPath(module, folder) },
    to: {
      path: folders.slice(0, index + 1).map((above) => folderPath(module, above)),
      pathNot: ['^$', ...(SHARED[module] ?? []).map((file) => `^${module}/${file}\\.ts$`)],
    },
  })),
);

const PRODUCT = '^(src|packages|migrations)/';

/** HTTP clients by name. `declared-dependencies-only` rejects all others. */
const HTTP_CLIENTS = ['undici', 'axios', 'got', 'ky', 'node-fetch', 'superagent', 'rxjs/.*(ajax|fetch|webSocket)'];

/** Uses `node:vm` to limit the time of argument checks; it runs only a constant script. */
const TIME_LIMIT = '^packages/openapi/src/arguments/time-limit\\.ts$';

/** Uses `node:v8` to serialize operations for worker threads. */
const SERIALIZER = '^src/actions/operations/stored-operation\\.ts$';

/** Node modules that may be imported. All others can bypass the egress: by sockets, by programs such as curl, or by loading any module. */
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

/** Files that worker threads load without the framework that the index of their module needs. */
const PURE = [
  '^src/common/urls/parse-url\\.ts$',
  '^src/mcp-client/answer-reader\\.ts$',
  '^src/common/redaction/redactor\\.ts$',
  '^src/workers/(moved|transferable)\\.ts$',
];

/** Clients that open connections of their own, and the one module that may import each. */
const SOCKETS = { ioredis: 'cluster', mysql2: 'database', libsql: 'database', 'passport-oauth2': 'oauth' };

module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    ...upwards,
    ...layers,
    {
      name: 'composition-is-not-imported',
      severity: 'error',
      comment: 'the application and the command-line programs are the top layer',
      from: { path: PRODUCT, pathNot: COMPOSITION },
      to: { path: COMPOSITION },
    },
    {
      name: 'features-by-index-only',
      severity: 'error',
      comment: "a feature's public API is its index.ts",
      from: { path: '^src/([^/]+)/', pathNot: COMPOSITION },
      to: { path: '^src/([^/]+)/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$', ...PURE] },
    },
    {
      name: 'features-by-index-only-in-composition',
      severity: 'error',
      comment: "a feature's public API is its index.ts",
      from: { path: COMPOSITION },
      to: { path: '^src/([^/]+)/', pathNot: ['^src/[^/]+/index\\.ts$', COMPOSITION] },
    },
    {
      name: 'single-egress-point',
      severity: 'error',
      comment: 'only egress/ makes requests, because it enforces the egress policy',
      from: { path: PRODUCT, pathNot: '^src/egress/' },
      to: {
        dependencyTypesNot: ['type-only'],
        path: HTTP_CLIENTS.flatMap((name) => [`node_modules/${name}(/|$)`, `^${name}(/|$)`]),
      },
    },
    {
      name: 'allowed-core-modules-only',
      severity: 'error',
      comment: 'only egress/ makes requests; add a Node module that cannot make any to CORE',
      from: { path: PRODUCT, pathNot: ['^src/egress/', TIME_LIMIT, SERIALIZER] },
      to: {
        dependencyTypes: ['core'],
        dependencyTypesNot: ['type-only'],
        pathNot: `^(node:)?(${CORE.join('|')})$`,
      },
    },
    {
      name: 'vm-in-time-limit',
      severity: 'error',
      comment: 'node:vm can run any code; only the time limit of argument checks needs it',
      from: { path: TIME_LIMIT },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?vm$' },
    },
    {
      name: 'v8-in-stored-operation',
      severity: 'error',
      comment: 'node:v8 can change the flags of the process; only the serialization of operations needs it',
      from: { path: SERIALIZER },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?v8$' },
    },
    {
      name: 'declared-dependencies-only',
      severity: 'error',
      comment:
        'import only dependencies of package.json: no development dependency, and no dependency of another package',
      from: { path: PRODUCT },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/(@aws-sdk/client-kms|@google-cloud/kms)/',
      },
    },
    {
      name: 'migrations-stand-alone',
      severity: 'error',
      comment: 'a migration must never change: copy the code that it needs to migrations/support/',
      from: { path: '^migrations/' },
      to: { path: '^src/' },
    },
    { name: 'no-unresolvable', severity: 'error', from: { path: PRODUCT }, to: { couldNotResolve: true } },
    ...Object.entries(SOCKETS).map(([name, feature]) => ({
      name: `${name}-in-${feature}`,
      severity: 'error',
      comment: 'the client opens connections of its own',
      from: { path: PRODUCT, pathNot: `^src/${feature}/` },
      to: { dependencyTypesNot: ['type-only'], path: `node_modules/${name}/` },
    })),
    {
      name: 'key-services-in-the-vault',
      severity: 'error',
      comment: 'the clients of key services open connections of their own',
      from: { path: PRODUCT, pathNot: '^src/vault/providers/' },
      to: { path: 'node_modules/(@(aws-sdk|smithy|google-cloud|grpc)|google-(gax|auth-library))/' },
    },
    {
      name: 'packages-do-not-import-the-server',
      severity: 'error',
      comment: 'a workspace package can be published on its own',
      from: { path: '^packages/([^/]+)/' },
      to: { pathNot: ['^packages/$1/', 'node_modules/'], dependencyTypesNot: ['core'] },
    },
    {
      name: 'sdk-in-clients-only',
      severity: 'error',
      comment: "@countersign/sdk makes requests of its own; the server's leave through egress/",
      from: { path: PRODUCT, pathNot: '^packages/sdk/' },
      to: { path: '(^|/)packages/sdk/|@countersign/sdk' },
    },
    {
      name: 'packages-are-imported-by-name',
      severity: 'error',
      comment: "a package's public API is what its package.json exports",
      from: { pathNot: '^packages/' },
      to: { path: '^packages/', pathNot: '^packages/[^/]+/src/index\\.ts$' },
    },
    {
      name: 'protocol-without-framework',
      severity: 'error',
      comment: 'protocol and cryptography are plain functions',
      from: { path: '^packages/|^src/oauth/protocol/|^src/vault/envelope' },
      to: { path: 'node_modules/(@nestjs|typeorm)/' },
    },
    {
      name: 'no-orphan',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          '\\.spec\\.ts$',
          '\\.d\\.ts$',
          '^src/main\\.ts$',
          '^src/cli/(migrate|keys|rotate|audit-verify)\\.ts$',
        ],
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$|^packages/[^/]+/(dist|src/testing)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: 'specify',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@countersign/source', 'import', 'require', 'node', 'default'],
    },
  },
};
