import {
  compileOperation,
  hideArguments,
  parseJsonExactly,
  stringifyExactly,
  toolDefinition,
  trustedDocument,
  type DocumentOptions,
  type JsonObject,
  type ToolFormat,
} from '@countersign/openapi';

/** An operation of a document to render, and its unique name for models. */
export interface ToolName {
  operationId: string;
  toolName: string;
  /** Replaces the description of the document. */
  description?: string;
  /** JSON pointers of arguments that the caller must not send. */
  hidden?: readonly string[];
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
  { format, options, characters }: { format: ToolFormat; options: DocumentOptions; characters: number },
): Generator<string, RenderedTools> {
  const document = trustedDocument(parseJsonExactly(json) as JsonObject);
  const tools: string[] = [];
  let [count, left] = [0, characters];
  for (const { operationId, toolName, description, hidden = [] } of names) {
    const operation = compileOperation(document, operationId, options);
    if (operation !== undefined) {
      const argumentsSchema = hideArguments(operation.argumentsSchema, hidden);
      const source = { ...operation, argumentsSchema, name: toolName, modelDescription: description };
      const tool = stringifyExactly(toolDefinition(source, format));
      left -= tool.length;
      if (left < 0 && tools.length > 0) break;
      tools.push(tool);
      yield tool;
    }
    count++;
  }
  return { count, json: new TextEncoder().encode(tools.join()) };
}
