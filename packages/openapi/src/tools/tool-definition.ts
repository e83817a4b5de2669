import { type JsonObject } from '../document/json.js';
import { geminiSchema } from './gemini-schema.js';
import { portableSchema } from './portable-schema.js';
import { strictSchema } from './strict-schema.js';
import { toolAnnotations } from './tool-annotations.js';
import { writableSchema } from './writable-schema.js';
import { type Described, toolDescription, toolTitle } from './tool-description.js';

/** The APIs that accept definitions: OpenAI's Chat Completions and Responses, Anthropic's Messages, MCP, and Google's Gemini. */
export const TOOL_FORMATS = ['openai', 'openai_responses', 'anthropic', 'mcp', 'gemini'] as const;
export type ToolFormat = (typeof TOOL_FORMATS)[number];

/** A callable operation and its tool name. */
export interface ToolSource extends Described {
  /** unique among the tools of a model; `^[A-Za-z0-9_-]{1,64}$`, which all formats accept */
  readonly name: string;
  readonly isConsequential: boolean;
  readonly canAlwaysAllow: boolean;
  /** from `CompiledOperation`; it is not changed, and the definition may share parts of it */
  readonly argumentsSchema: JsonObject;
}

/**
 * The definition of a tool as a vendor takes it. What a model then sends are arguments for `withoutLeftOutNulls`.
 *
 * One definition that a vendor refuses takes all others of its request down with it, so what a vendor is known to refuse is
 * said in other words, or in the description.
 */
export function toolDefinition(given: ToolSource, format: ToolFormat): JsonObject {
  const source = { ...given, argumentsSchema: writableSchema(given.argumentsSchema) };
  switch (format) {
    case 'openai':
      return { type: 'function', function: openAiFunction(source) };
    case 'openai_responses':
      return { type: 'function', ...openAiFunction(source) };
    case 'anthropic':
      return {
        name: source.name,
        description: toolDescription(source),
        input_schema: portableSchema(source.argumentsSchema, 'anthropic'),
      };
    case 'mcp':
      return {
        name: source.name,
        title: toolTitle(source),
        description: toolDescription(source),
        // Clients of MCP often pass tools on to Anthropic's models.
        inputSchema: portableSchema(source.argumentsSchema, 'anthropic'),
        annotations: { title: toolTitle(source), ...toolAnnotations(source) },
      };
    case 'gemini':
      return geminiFunction(source);
  }
}

/** Returns a `FunctionDeclaration`. Gemini rejects `parameters` without properties. */
function geminiFunction(source: ToolSource): JsonObject {
  const parameters = geminiSchema(source.argumentsSchema);
  const { name } = source;
  return { name, description: toolDescription(source), ...('properties' in parameters && { parameters }) };
}

/** OpenAI rejects longer descriptions ("string too long"). */
const MAX_OPENAI_DESCRIPTION_LENGTH = 1024;

/** `strict` is always present: its default is true in Responses and false in Chat Completions. */
function openAiFunction(source: ToolSource): JsonObject {
  const strict = strictSchema(source.argumentsSchema);
  return {
    name: source.name,
    description: toolDescription(source, MAX_OPENAI_DESCRIPTION_LENGTH),
    parameters: strict ?? portableSchema(source.argumentsSchema, 'openai'),
    strict: strict !== undefined,
  };
}
