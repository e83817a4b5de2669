import {
  checkWithin,
  InvalidArgumentsError,
  InvalidDocumentError,
  type ArgumentFinding,
  type CheckedArguments,
  type CompiledOperation,
  type JsonObject,
  type ToolFormat,
} from '@countersign/openapi';
import { LRUCache } from 'lru-cache';
import { unpack, type PackedDocument } from '../store/packed-document.js';
import { renderTools, type RenderedTools, type ToolName } from './render-tools.js';
import { compileSerialized, readOperation, type ReadOperation } from './stored-operation.js';

/*
 * The jobs of worker threads that read operations of large documents, and that check arguments when that may take long.
 */

export async function readPacked({
  parts,
  operationId,
  documentUrl,
}: {
  parts: PackedDocument;
  operationId: string;
  documentUrl?: string;
}): Promise<ReadOperation | undefined> {
  return readOperation((await unpack(parts)).toString(), operationId, documentUrl);
}

/** Renders tools, as {@link renderTools} does. */
export async function renderPacked({
  parts,
  names,
  ...options
}: {
  parts: PackedDocument;
  names: readonly ToolName[];
  format: ToolFormat;
  documentUrl?: string;
  characters: number;
}): Promise<RenderedTools> {
  const rendering = renderTools((await unpack(parts)).toString(), names, options);
  for (;;) {
    const step = rendering.next();
    if (step.done) return step.value;
  }
}

/** Arguments that match their schema, or why they do not; or why the schema itself cannot be used. */
export type CheckResult =
  | { checked: CheckedArguments }
  | { findings: readonly [ArgumentFinding, ...ArgumentFinding[]] }
  | { invalidDocument: string };

/** Compiled operations, by their ids. */
const operations = new LRUCache<string, CompiledOperation>({ max: 50 });

/** @param id the same for the same operation only */
export function checkPacked({
  id,
  serialized,
  args,
  timeoutMs,
}: {
  id: string;
  serialized: Uint8Array;
  args: JsonObject;
  timeoutMs: number;
}): CheckResult {
  const operation = operations.get(id) ?? compileSerialized(serialized);
  operations.set(id, operation);
  try {
    operation.prepare();
    return { checked: checkWithin(operation, args, timeoutMs) };
  } catch (error) {
    if (error instanceof InvalidArgumentsError) return { findings: error.findings };
    if (error instanceof InvalidDocumentError) return { invalidDocument: error.message };
    throw error;
  }
}
