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
import { renderTools, type RenderedTool, type ToolName } from './render-tools.js';
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

/** Renders tools until they have a number of characters together; the last one may have more. */
export async function renderPacked({
  parts,
  names,
  format,
  documentUrl,
  characters,
}: {
  parts: PackedDocument;
  names: readonly ToolName[];
  format: ToolFormat;
  documentUrl?: string;
  characters: number;
}): Promise<RenderedTool[]> {
  const tools: RenderedTool[] = [];
  let left = characters;
  for (const tool of renderTools((await unpack(parts)).toString(), names, format, documentUrl)) {
    tools.push(tool);
    left -= tool.json.length;
    if (left < 0) break;
  }
  return tools;
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
