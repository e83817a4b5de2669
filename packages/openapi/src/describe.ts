import { callablePlans } from './checks/callable-plans.js';
import { findLoops } from './checks/schema-loops.js';
import { type SchemeSupport } from './checks/context.js';
import { checkReferences } from './checks/references.js';
import { runChecks } from './checks/run-checks.js';
import { catalogueOf } from './compile.js';
import { type DocumentOptions, type OpenApiDocument, type OpenApiVersion } from './document/document.js';
import { type Finding, limitPerCode, throwIfAny } from './document/errors.js';
import { type JsonObject, objectMember, stringMember } from './document/json.js';
import { type DocumentSecurity, readSecurity } from './document/security.js';
import { documentErrors, findOperations } from './operations/catalogue.js';
import { type OperationSummary } from './operations/operation-plan.js';
import { type DocumentServer, documentServer } from './operations/servers.js';
import { type DocumentLimits } from './reading/limits.js';
import { readLoosely } from './reading/read.js';

/** The callable operations of a document, with warnings. */
export interface DocumentDescription {
  title: string;
  description: string | null;
  version: OpenApiVersion;
  server: DocumentServer;
  operations: OperationSummary[];
  warnings: Finding[];
}

/** How a document is described. */
export interface DescribeOptions extends DocumentOptions {
  /** whether the application supports a Security Scheme Object; used for warnings. By default all schemes are supported */
  readonly isSchemeSupported?: SchemeSupport;
}

/**
 * Reads and describes a document, as `readDocument` and {@link describeDocument} do. Errors of its structure and of its content come
 * together.
 *
 * @throws {InvalidDocumentError}
 */
export function readAndDescribe(
  source: string | JsonObject,
  { limits, ...options }: DescribeOptions & { readonly limits?: DocumentLimits } = {},
): { document: OpenApiDocument; description: DocumentDescription } {
  const { document, errors } = readLoosely(source, limits);
  if (errors.length > 0) {
    const others = contentErrors(document, options).filter((error) => !isConsequence(error, errors));
    throwIfAny([...errors, ...others]);
  }
  return { document, description: describeDocument(document, options) };
}

/** Whether an error is about something whose structure is invalid. */
function isConsequence({ code, pointer }: Finding, structure: readonly Finding[]): boolean {
  const subject = code === 'no_server' ? '/servers' : pointer;
  return structure.some((error) => isWithin(error.pointer, subject) || isWithin(subject, error.pointer));
}

/** Whether a pointer leads to a value or into it. The whole document does not count. */
function isWithin(pointer: string, value: string): boolean {
  return value !== '' && `${pointer}/`.startsWith(`${value}/`);
}

/**
 * Describes a document: its callable operations and all findings for its author.
 *
 * @throws {InvalidDocumentError} no operation can be called: the document has no server, no operations, duplicate operation ids, or
 *   external references that calls depend on
 */
export function describeDocument(document: OpenApiDocument, options: DescribeOptions = {}): DocumentDescription {
  const references = checkReferences(document);
  if (references.errors.length > 0) throwIfAny(contentErrors(document, options, references.errors));
  const declared = catalogueOf(document, options);
  const { plans, warnings: uncallable } = callablePlans(document, [...declared.plans.values()]);
  if (plans.length === 0) throwIfAny(uncallable);
  const catalogue = { ...declared, plans: new Map(plans.map((plan) => [plan.summary.operationId, plan])) };
  const info = objectMember(document.json, 'info');
  return {
    title: stringMember(info, 'title') ?? 'Untitled',
    description: stringMember(info, 'description') ?? null,
    version: document.version,
    server: catalogue.server,
    operations: plans.map(({ summary }) => summary),
    // Losses come before doubts, because a long list is truncated at its end.
    warnings: limitPerCode(
      withoutRepeats([
        ...catalogue.warnings,
        ...uncallable,
        ...references.warnings,
        ...findLoops(document.json),
        ...runChecks(document, catalogue, options.isSchemeSupported ?? (() => true)),
        ...document.warnings,
      ]),
    ),
  };
}

/** Returns the errors of a document that are found without reading its operations. */
function contentErrors(
  document: OpenApiDocument,
  options: DocumentOptions,
  references: readonly Finding[] = checkReferences(document).errors,
): Finding[] {
  const { json } = document;
  return [...references, ...documentErrors(findOperations(json), documentServer(json, options))];
}

/** Reads the security schemes of a document and the requirements of all its operations. */
export function documentSecurity({ json }: OpenApiDocument): DocumentSecurity {
  return readSecurity(
    json,
    findOperations(json).map(({ operation }) => operation),
  );
}

/** Codes that may repeat other findings: those of the standard's schema, and references that an operation was left out for. */
const REPEATING_CODES = new Set(['external_reference', 'reference_loop', 'unresolved_reference', 'loose_structure']);

function withoutRepeats(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, pointer }) => {
    const key = code === 'loose_structure' ? pointer : `${code} ${pointer}`;
    const isRepeated = REPEATING_CODES.has(code) && seen.has(key);
    // A value may have several structural problems, which are all reported.
    if (code !== 'loose_structure') seen.add(key).add(pointer);
    return !isRepeated;
  });
}
