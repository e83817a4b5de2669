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

/** The definition of a tool, as JSON text. */
export interface RenderedTool {
  toolName: string;
  json: string;
}

/** Renders operations of a document as tools, one at a time. Operations that the document does not have are left out. */
export function* renderTools(
  json: string,
  names: readonly ToolName[],
  format: ToolFormat,
  documentUrl?: string,
): Generator<RenderedTool> {
  const document = trustedDocument(JSON.parse(json) as JsonObject);
  for (const { operationId, toolName } of names) {
    const operation = compileOperation(document, operationId, { documentUrl, reservedHeaders: RESERVED_HEADERS });
    if (operation === undefined) continue;
    yield { toolName, json: JSON.stringify(toolDefinition({ ...operation, name: toolName }, format)) };
  }
}
