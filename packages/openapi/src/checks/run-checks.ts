import { type OpenApiDocument } from '../document/document.js';
import { type Finding } from '../document/errors.js';
import { pointerTo } from '../document/json.js';
import { type Catalogue } from '../operations/catalogue.js';
import { type Check, type CheckContext, type SchemaCheck } from './check.js';
import { type SchemeSupport, buildContext } from './context.js';
import { DOCUMENT_CHECKS, OPERATION_CHECKS, PARAMETER_CHECKS, PATH_CHECKS, SCHEMA_CHECKS } from './registry.js';
import { visitRequestSchemas } from './request-schemas.js';

/** Runs all checks of the registry, those of the document as a whole first. */
export function runChecks(document: OpenApiDocument, catalogue: Catalogue, support: SchemeSupport): Finding[] {
  const context = buildContext(document, catalogue, support);
  const { operations, parameterLists } = context;
  const paths = new Map(operations.map((operation) => [operation.path, operation]));
  // Paths may share path items, and operations may share parameters; each is checked once.
  const distinct = new Map(operations.map((operation) => [operation.operation.pointer, operation]));
  const parameters = new Map(parameterLists.flat().map((parameter) => [parameter.pointer, parameter]));
  const run = <Subject>(checks: readonly Check<Subject>[], subject: Subject, pointer: string) =>
    checks.flatMap(({ code, at, find }): Finding[] => {
      const message = find(subject, context);
      return message === undefined
        ? []
        : [{ code, message, pointer: at === undefined ? pointer : pointerTo(pointer, at) }];
    });
  return [
    ...DOCUMENT_CHECKS.flatMap(({ code, find }) => find(context).map((finding) => ({ code, ...finding }))),
    ...[...paths.values()].flatMap((path) => run(PATH_CHECKS, path, path.pathItem.pointer)),
    ...[...distinct].flatMap(([pointer, operation]) => run(OPERATION_CHECKS, operation, pointer)),
    ...[...parameters].flatMap(([pointer, parameter]) => run(PARAMETER_CHECKS, parameter, pointer)),
    ...checkSchemas(context),
  ];
}

const CHECKS_BY_KEYWORD = new Map<string, SchemaCheck[]>();
for (const check of SCHEMA_CHECKS) {
  for (const keyword of check.keywords) {
    CHECKS_BY_KEYWORD.set(keyword, [...(CHECKS_BY_KEYWORD.get(keyword) ?? []), check]);
  }
}

function checkSchemas(context: CheckContext): Finding[] {
  const findings: Finding[] = [];
  const plans = context.operations.map(({ plan }) => plan);
  visitRequestSchemas(context.document.json, plans, (schema, pointer) => {
    for (const keyword of Object.keys(schema)) {
      for (const { code, find } of CHECKS_BY_KEYWORD.get(keyword) ?? []) {
        const message = find({ schema, keyword, value: schema[keyword] ?? null }, context);
        if (message !== undefined) findings.push({ code, message, pointer: pointerTo(pointer(), keyword) });
      }
    }
  });
  return findings;
}
