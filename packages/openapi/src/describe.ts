import { loopingSchemas } from './checks/schema-loops.js';
import { checkReferences } from './checks/references.js';
import { runChecks } from './checks/run-checks.js';
import { catalogueOf } from './compile.js';
import { type BaseLocation, type OpenApiDocument, type OpenApiVersion } from './document/document.js';
import { type Finding, condense, refuse } from './document/errors.js';
import { objectMember, stringMember } from './document/json.js';
import { type OperationSummary } from './operations/operation-plan.js';
import { type DocumentServer } from './operations/servers.js';

/** What a document offers, and what is lost or doubtful about it. */
export interface DocumentDescription {
  title: string;
  description: string | null;
  version: OpenApiVersion;
  server: DocumentServer;
  operations: OperationSummary[];
  warnings: Finding[];
}

/**
 * Lists what can be called of a document, with everything worth telling its author.
 *
 * @throws {InvalidDocumentError} nothing can be called: no server, no operations, operations that cannot be told apart,
 *   or parts that are elsewhere (`external_reference`)
 */
export function describeDocument(document: OpenApiDocument, base: BaseLocation = {}): DocumentDescription {
  const references = checkReferences(document);
  refuse(references.errors);
  const catalogue = catalogueOf(document, base);
  const info = objectMember(document.json, 'info');
  return {
    title: stringMember(info, 'title') ?? 'Untitled',
    description: stringMember(info, 'description') ?? null,
    version: document.version,
    server: catalogue.server,
    operations: [...catalogue.plans.values()].map(({ summary }) => summary),
    // What is lost comes before what is doubtful: a long list is cut at its end.
    warnings: condense(
      withoutEchoes([
        ...catalogue.warnings,
        ...references.warnings,
        ...loopingSchemas(document.json),
        ...runChecks(document, catalogue),
        ...document.warnings,
      ]),
    ),
  };
}

/** What is told again, in less plain words: by the standard's schema, or of a reference that an operation was lost by. */
const ECHOES = new Set(['external_reference', 'reference_loop', 'unresolved_reference', 'loose_structure']);

function withoutEchoes(findings: readonly Finding[]): Finding[] {
  const told = new Set<string>();
  return findings.filter(({ code, pointer }) => {
    const key = code === 'loose_structure' ? pointer : `${code} ${pointer}`;
    const isEcho = ECHOES.has(code) && told.has(key);
    // A place may be loose in several ways, each of which is told.
    if (code !== 'loose_structure') told.add(key).add(pointer);
    return !isEcho;
  });
}
