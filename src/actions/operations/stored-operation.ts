import { deserialize, serialize } from 'node:v8';
import {
  compileExtract,
  extractOperation,
  packJson,
  parseJsonExactly,
  trustedDocument,
  type CompiledOperation,
  type DocumentOptions,
  type JsonObject,
  type OperationExtract,
} from '@countersign/openapi';

/** A schema of this length is compiled in less than 50 ms. */
const MAX_COMPILED_CHARACTERS = 24_000;

/** An operation that was read from its document, as plain data. */
export interface ReadOperation {
  /** The whole operation, serialized for worker threads. */
  serialized: Uint8Array<ArrayBuffer>;
  /** What the main thread compiles: without the schema if that is too large, because then only workers check arguments. */
  extract: OperationExtract;
}

/** An operation of a stored document. */
export interface StoredOperation {
  /** Different for each version of an operation. */
  readonly id: string;
  readonly operation: CompiledOperation;
  readonly serialized: Uint8Array<ArrayBuffer>;
  /** Only worker threads compile the schema. */
  readonly isLarge: boolean;
  /** Memory that the operation takes, roughly, in bytes. */
  readonly bytes: number;
}

/** Reads one operation of a document. @returns `undefined` if the document does not have it */
export function readOperation(json: string, operationId: string, options: DocumentOptions): ReadOperation | undefined {
  const document = trustedDocument(parseJsonExactly(json) as JsonObject);
  const extract = extractOperation(document, operationId, options);
  if (extract === undefined) return undefined;
  const serialized = new Uint8Array(serialize(extract));
  return { serialized, extract: hasLargeSchema(extract) ? { ...extract, schema: packJson({}) } : extract };
}

function hasLargeSchema({ schemaCharacters }: OperationExtract): boolean {
  return schemaCharacters > MAX_COMPILED_CHARACTERS;
}

/** Compiles an operation for the main thread. */
export function storedOperation(id: string, { serialized, extract }: ReadOperation): StoredOperation {
  const isLarge = hasLargeSchema(extract);
  const bytes = 4096 + serialized.length + (isLarge ? 0 : 10 * extract.schemaCharacters);
  return { id, operation: compileExtract(extract), serialized, isLarge, bytes };
}

/** Compiles an operation in a worker thread. */
export function compileSerialized(serialized: Uint8Array): CompiledOperation {
  return compileExtract(deserialize(serialized) as OperationExtract);
}
