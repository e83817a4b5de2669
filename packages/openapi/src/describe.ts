import { callablePlans } from './checks/callable-plans.js';
import { findLoops } from './checks/schema-loops.js';
import { type SchemeSupport } from './checks/context.js';
import { checkReferences } from './checks/references.js';
import { runChecks } from './checks/run-checks.js';
import { catalogueOf } from './compile.js';
import { type DocumentOptions, type OpenApiDocument, type OpenApiVersion } from './document/document.js';
import { type Finding, InvalidDocumentError, limitPerCode, throwIfAny } from './document/errors.js';
import { type JsonObject, objectMember, stringMember } from './document/json.js';
import { type DocumentSecurity, readSecurity } from './document/security.js';
import { documentErrors, findOperations } from './operations/catalogue.js';
import { type OperationSummary } from './operations/operation-plan.js';
import { type DeclaredServer, declaredServers, type DocumentServer, documentServer } from './operations/servers.js';
import { type ReadOptions, readLoosely } from './reading/read.js';

/** The callable operations of a document, with warnings. */
export interface DocumentDescription {
  title: string;
  description: string | null;
  version: OpenApiVersion;
  server: DocumentServer;
  /** the servers to choose from with {@link DocumentOptions.server} */
  servers: DeclaredServer[];
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
 * @throws {MissingFilesError} the document refers to files that are not among `references`
 */
export function readAndDescribe(
  source: string | JsonObject,
  { limits, references, stored, ...options }: DescribeOptions & ReadOptions = {},
): { document: OpenApiDocument; description: DocumentDescription } {
  const { document, errors } = readLoosely(source, { limits, references, stored });
  if (errors.length > 0) {
    const parts = inOriginal(document, invalidParts(document));
    const others = inOriginal(document, contentErrors(document, options));
    throwIfAny([...errors, ...parts, ...others.filter((error) => !isConsequence(error, errors))]);
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
 * @throws {InvalidDocumentError} no operation can be called: the document has no server or no operations, or all of them depend on parts that
 *   are invalid or outside of the document
 */
export function describeDocument(document: OpenApiDocument, options: DescribeOptions = {}): DocumentDescription {
  try {
    return describe(document, options);
  } catch (error) {
    if (!(error instanceof InvalidDocumentError)) throw error;
    const parts = invalidParts(document);
    const isExplained = parts.some(({ pointer }) => pointer.startsWith('/paths/'));
    const all = [...parts, ...error.findings.filter(({ code }) => code !== 'no_operations' || !isExplained)];
    throw new InvalidDocumentError(limitPerCode(withoutRepeats(inOriginal(document, all))) as [Finding]);
  }
}

function describe(document: OpenApiDocument, options: DescribeOptions): DocumentDescription {
  const references = checkReferences(document);
  const declared = catalogueOf(document, options);
  const { plans, warnings: uncallable } = callablePlans(
    document,
    [...declared.plans.values()],
    [...document.invalidParts, ...references.invalidParts],
  );
  if (plans.length === 0) throwIfAny(uncallable);
  const catalogue = { ...declared, plans: new Map(plans.map((plan) => [plan.summary.operationId, plan])) };
  const info = objectMember(document.json, 'info');
  // Losses come before doubts, because a long list is truncated at its end.
  const findings = [
    ...uncallable,
    ...catalogue.warnings,
    ...references.warnings,
    ...findLoops(document.json),
    ...runChecks(document, catalogue, options.isSchemeSupported ?? (() => true)),
  ];
  return {
    title: stringMember(info, 'title') ?? 'Untitled',
    description: stringMember(info, 'description') ?? null,
    version: document.version,
    server: catalogue.server,
    servers: declaredServers(document.json, options),
    operations: plans.map(({ summary }) => summary),
    warnings: limitPerCode(withoutRepeats([...inOriginal(document, findings), ...document.warnings])),
  };
}

/** Returns the parts of a document that no operation can use. */
function invalidParts(document: OpenApiDocument): Finding[] {
  return [...document.invalidParts, ...checkReferences(document).invalidParts];
}

/** Returns the errors of a document that are found without reading its operations. */
function contentErrors({ json }: OpenApiDocument, options: DocumentOptions): Finding[] {
  return documentErrors(findOperations(json), documentServer(json, options));
}

function inOriginal({ origins }: OpenApiDocument, findings: readonly Finding[]): Finding[] {
  return origins?.inOriginal(findings) ?? [...findings];
}

/** Reads the security schemes of a document and the requirements of all its operations. */
export function documentSecurity({ json }: OpenApiDocument): DocumentSecurity {
  return readSecurity(
    json,
    findOperations(json).map(({ operation }) => operation),
  );
}

/** Codes that may repeat other findings: those of the standard's schema, and references that an operation was left out for. */
const REPEATING_CODES = new Set([
  'external_reference',
  'invalid_structure',
  'reference_loop',
  'unresolved_reference',
  'loose_structure',
]);

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
