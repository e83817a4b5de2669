import {
  compileOperation,
  toolDefinition,
  trustedDocument,
  type JsonObject,
  type ToolFormat,
} from '@countersign/openapi';
import { RESERVED_HEADERS } from './document-options.js';

/** An operation of a document to render, and its unique name for models. */
export interface ToolName {
  operationId: string;
  toolName: string;
}

/** Definitions of the first tools of a list. */
export interface RenderedTools {
  count: number;
  /** Their JSON texts in UTF-8, separated by commas. */
  json: Uint8Array<ArrayBuffer>;
}

/**
 * Renders operations of a document as tools, one at a time, and returns them all. Operations that the document does not have are left out.
 *
 * @param characters ends the list before the tool that would exceed them, unless it is the first
 */
export function* renderTools(
  json: string,
  names: readonly ToolName[],
  { format, documentUrl, characters }: { format: ToolFormat; documentUrl?: string; characters: number },
): Generator<string, RenderedTools> {
  const document = trustedDocument(JSON.parse(json) as JsonObject);
  const tools: string[] = [];
  let [count, left] = [0, characters];
  for (const { operationId, toolName } of names) {
    const operation = compileOperation(document, operationId, { documentUrl, reservedHeaders: RESERVED_HEADERS });
    if (operation !== undefined) {
      const tool = JSON.stringify(toolDefinition({ ...operation, name: toolName }, format));
      left -= tool.length;
      if (left < 0 && tools.length > 0) break;
      tools.push(tool);
      yield tool;
    }
    count++;
  }
  return { count, json: new TextEncoder().encode(tools.join()) };
}
