/** Folders that every feature may import. */
const SHARED = '^console/src/(api|queries|navigation|ui)/';

module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', comment: 'also by types only', from: {}, to: { circular: true } },
    {
      name: 'shared-code-imports-no-feature',
      severity: 'error',
      from: { path: SHARED },
      to: { path: '^console/src/', pathNot: SHARED },
    },
    {
      name: 'api-stands-alone',
      severity: 'error',
      from: { path: '^console/src/api/' },
      to: { path: '^console/src/', pathNot: '^console/src/api/' },
    },
    {
      name: 'queries-import-api-only',
      severity: 'error',
      from: { path: '^console/src/queries/' },
      to: { path: '^console/src/', pathNot: '^console/src/(api|queries)/' },
    },
    {
      name: 'requests-in-queries-only',
      severity: 'error',
      comment: 'query keys and requests live in one factory per resource',
      from: { path: '^console/src/', pathNot: '^console/src/queries/' },
      to: { path: '^console/src/api/client\\.ts$' },
    },
    {
      name: 'features-do-not-import-the-shell',
      severity: 'error',
      comment: 'the shell composes the features',
      from: { path: '^console/src/[^/]+/', pathNot: '^console/src/shell/' },
      to: { path: '^console/src/(shell/|app\\.tsx$)' },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '\\.svg$' } },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.d.ts', '.js'],
    },
  },
};
