import {
  checkWithin,
  InvalidArgumentsError,
  InvalidDocumentError,
  type ArgumentFinding,
  type CheckedArguments,
  type CompiledOperation,
  type DocumentOptions,
  type JsonObject,
  packJson,
  type PackedJson,
  type ToolFormat,
  unpackJson,
} from '@countersign/openapi';
import { LRUCache } from 'lru-cache';
import type { PolicyCheck } from '../policies/policy-check.js';
import { unpack, type PackedDocument } from '../store/packed-document.js';
import { checkPolicies, type CheckedPolicy } from './policy-checks.js';
import { renderTools, type RenderedTools, type ToolName } from './render-tools.js';
import { compileSerialized, readOperation, type ReadOperation } from './stored-operation.js';

/*
 * The jobs of worker threads that read operations of large documents, and that check arguments when that may take long.
 */

export async function readPacked({
  parts,
  operationId,
  options,
}: {
  parts: PackedDocument;
  operationId: string;
  options: DocumentOptions;
}): Promise<ReadOperation | undefined> {
  return readOperation((await unpack(parts)).toString(), operationId, options);
}

/** Renders tools, as {@link renderTools} does. */
export async function renderPacked({
  parts,
  names,
  ...limits
}: {
  parts: PackedDocument;
  names: readonly ToolName[];
  format: ToolFormat;
  options: DocumentOptions;
  characters: number;
}): Promise<RenderedTools> {
  const rendering = renderTools((await unpack(parts)).toString(), names, limits);
  for (;;) {
    const step = rendering.next();
    if (step.done) return step.value;
  }
}

/** Checks policies, as {@link checkPolicies} does. */
export async function checkPoliciesPacked({
  parts,
  checks,
  options,
}: {
  parts: PackedDocument;
  checks: readonly PolicyCheck[];
  options: DocumentOptions;
}): Promise<CheckedPolicy[]> {
  return checkPolicies((await unpack(parts)).toString(), checks, options);
}

/** Arguments as threads exchange them. */
export interface PackedArguments {
  args: PackedJson;
  notices: CheckedArguments['notices'];
}

/** Arguments that match their schema, or why they do not; or why the schema itself cannot be used. */
export type CheckResult =
  | { checked: PackedArguments }
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
  args: PackedJson;
  timeoutMs: number;
}): CheckResult {
  const operation = operations.get(id) ?? compileSerialized(serialized);
  operations.set(id, operation);
  try {
    operation.prepare();
    const checked = checkWithin(operation, unpackJson(args) as JsonObject, timeoutMs);
    return { checked: { args: packJson(checked.args), notices: checked.notices } };
  } catch (error) {
    if (error instanceof InvalidArgumentsError) return { findings: error.findings };
    if (error instanceof InvalidDocumentError) return { invalidDocument: error.message };
    throw error;
  }
}
