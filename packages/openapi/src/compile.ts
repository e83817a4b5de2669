import { type CompiledOperation, compileSource } from './compiled-operation.js';
import { type DocumentOptions, type OpenApiDocument } from './document/document.js';
import { unpackJson } from './document/exact-json.js';
import { type JsonObject, type Located } from './document/json.js';
import { type PackedJson, packJson } from './numbers/exact-number.js';
import { type Catalogue, readCatalogue } from './operations/catalogue.js';
import { type OperationPlan } from './operations/operation-plan.js';
import { argumentsSchema } from './schema/arguments-schema.js';

/** An operation and the schema of its arguments as plain data, without the rest of its document; survives `structuredClone`. */
export interface OperationExtract {
  /** without the schemas of the document, which {@link schema} replaces */
  readonly plan: OperationPlan;
  readonly schema: PackedJson;
  /** the number of characters of the schema as JSON */
  readonly schemaCharacters: number;
}

interface CompiledDocument {
  catalogue: Catalogue;
  operations: Map<string, CompiledOperation>;
}

const documents = new WeakMap<OpenApiDocument, Map<string, CompiledDocument>>();

/**
 * Compiles one operation. The result is cached with the document object.
 *
 * @returns `undefined` if the document has no callable operation of this id
 * @throws {InvalidDocumentError} no operation of the document can be called, for which {@link describeDocument} throws as well
 */
export function compileOperation(
  document: OpenApiDocument,
  operationId: string,
  options: DocumentOptions = {},
): CompiledOperation | undefined {
  const { catalogue, operations } = compiledDocument(document, options);
  const known = operations.get(operationId);
  if (known !== undefined) return known;
  const plan = catalogue.plans.get(operationId);
  if (plan === undefined) return undefined;
  const operation = compileSource({ plan, schema: () => argumentsSchema(document, plan), schemaCharacters });
  operations.set(operationId, operation);
  return operation;
}

/**
 * Extracts one operation from its document, to be compiled elsewhere by {@link compileExtract}.
 *
 * @returns `undefined` if the document has no callable operation of this id
 * @throws {InvalidDocumentError} no operation of the document can be called, for which {@link describeDocument} throws as well
 */
export function extractOperation(
  document: OpenApiDocument,
  operationId: string,
  options: DocumentOptions = {},
): OperationExtract | undefined {
  const plan = catalogueOf(document, options).plans.get(operationId);
  if (plan === undefined) return undefined;
  const schema = packJson(argumentsSchema(document, plan));
  return { plan: withoutSchemas(plan), schema, schemaCharacters: schema.json.length };
}

/** Compiles an extracted operation, which behaves as {@link compileOperation} compiles it. */
export function compileExtract(extract: OperationExtract): CompiledOperation {
  const { plan, schema } = extract;
  let unpacked: JsonObject | undefined;
  return compileSource({
    plan,
    schema: () => (unpacked ??= unpackJson(schema) as JsonObject),
    schemaCharacters: () => extract.schemaCharacters,
  });
}

/** Returns the operations of a document, read once for the same options. */
export function catalogueOf(document: OpenApiDocument, options: DocumentOptions): Catalogue {
  return compiledDocument(document, options).catalogue;
}

function compiledDocument(document: OpenApiDocument, options: DocumentOptions): CompiledDocument {
  const byOptions = documents.get(document) ?? new Map<string, CompiledDocument>();
  documents.set(document, byOptions);
  const { documentUrl = '', reservedHeaders = [], presetHeaders = [], server } = options;
  const key = JSON.stringify([documentUrl, reservedHeaders, presetHeaders, server?.url, server?.variables]);
  const compiled = byOptions.get(key) ?? { catalogue: readCatalogue(document, options), operations: new Map() };
  byOptions.set(key, compiled);
  return compiled;
}

function schemaCharacters(schema: JsonObject): number {
  return packJson(schema).json.length;
}

/** Removes the schemas of the document from a plan: nothing reads them once the schema of the arguments is made. */
function withoutSchemas(plan: OperationPlan): OperationPlan {
  const emptied = <T extends { readonly schema: Located }>(part: T): T => ({
    ...part,
    schema: { ...part.schema, value: true },
  });
  return { ...plan, parameters: plan.parameters.map(emptied), body: plan.body && emptied(plan.body) };
}
