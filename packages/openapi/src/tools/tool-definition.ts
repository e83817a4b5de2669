import { type JsonObject } from '../document/json.js';
import { portableSchema } from './portable-schema.js';
import { strictSchema } from './strict-schema.js';
import { toolAnnotations } from './tool-annotations.js';
import { type Described, toolDescription, toolTitle } from './tool-description.js';

/** The APIs that accept definitions: OpenAI's Chat Completions and Responses, Anthropic's Messages, and MCP. */
export const TOOL_FORMATS = ['openai', 'openai_responses', 'anthropic', 'mcp'] as const;
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
export function toolDefinition(source: ToolSource, format: ToolFormat): JsonObject {
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
  }
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
