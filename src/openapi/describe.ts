import { catalogueOf } from './compile.js';
import { type BaseLocation, type OpenApiDocument, type OpenApiVersion } from './document.js';
import { type Finding, condense, refuse } from './errors.js';
import { type JsonObject, listMember, objectMember, pointerTo, stringMember } from './json.js';
import { type OperationPlan, type OperationSummary } from './operations/operation-plan.js';
import { brokenReferences } from './references.js';
import { ineffectiveSchemas } from './schema/warnings.js';
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

/** What ChatGPT allows; longer ones are common and work, but may be cut elsewhere. */
const MOST_OPERATIONS = 30;
const LONGEST_OPERATION_DESCRIPTION = 300;
const LONGEST_PARAMETER_DESCRIPTION = 700;

/**
 * Lists what can be called of a document, with everything worth telling its author.
 *
 * @throws {InvalidDocumentError} nothing can be called: no server, no operations, operations that cannot be told apart,
 *   or parts that are elsewhere (`external_reference`)
 */
export function describeDocument(document: OpenApiDocument, base: BaseLocation = {}): DocumentDescription {
  const references = brokenReferences(document.json);
  refuse(references.errors);
  const { server, plans, warnings } = catalogueOf(document, base);
  const operations = [...plans.values()];
  return {
    title: stringMember(objectMember(document.json, 'info'), 'title') ?? 'Untitled',
    description: stringMember(objectMember(document.json, 'info'), 'description') ?? null,
    version: document.version,
    server,
    operations: operations.map(({ summary }) => summary),
    warnings: condense([
      ...serverWarnings(document.json, server),
      ...warnings,
      ...references.warnings,
      ...ineffectiveSchemas(document.json),
      ...operations.flatMap(longDescriptions),
      ...manyOperations(operations.length),
      ...document.warnings,
    ]),
  };
}

function serverWarnings(json: JsonObject, server: DocumentServer): Finding[] {
  const count = listMember(json, 'servers')?.length ?? 0;
  const pointer = count > 0 ? '/servers' : '';
  const findings: Finding[] = [];
  if (count > 1) {
    const message = `the document names ${count} servers; the first, ${server.url}, is called`;
    findings.push({ code: 'several_servers', message, pointer });
  }
  if (server.url.startsWith('http:')) {
    const message = `${server.url} is not encrypted: whoever is on the way reads credentials and answers`;
    findings.push({ code: 'insecure_server', message, pointer });
  }
  return findings;
}

function longDescriptions({ summary, pointer, parameters }: OperationPlan): Finding[] {
  const described = [
    { what: summary.operationId, text: summary.description, most: LONGEST_OPERATION_DESCRIPTION, pointer },
    ...parameters.map(({ name, description, pointer: place }) => ({
      what: `the parameter "${name}"`,
      text: description ?? null,
      most: LONGEST_PARAMETER_DESCRIPTION,
      pointer: place,
    })),
  ];
  return described
    .filter(({ text, most }) => text !== null && text.length > most)
    .map(({ what, text, most, pointer: place }) => ({
      code: 'description_too_long',
      message: `the description of ${what} has ${text?.length} characters; ChatGPT takes ${most}`,
      pointer: pointerTo(place, 'description'),
    }));
}

function manyOperations(count: number): Finding[] {
  if (count <= MOST_OPERATIONS) return [];
  const message = `the document has ${count} operations; ChatGPT takes ${MOST_OPERATIONS}, and models choose worse among many`;
  return [{ code: 'many_operations', message, pointer: '/paths' }];
}
