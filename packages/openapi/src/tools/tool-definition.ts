import { type JsonObject } from '../document/json.js';
import { portableSchema } from './portable-schema.js';
import { strictSchema } from './strict-schema.js';
import { toolAnnotations } from './tool-annotations.js';
import { type Described, toolDescription, toolTitle } from './tool-description.js';

/** Who takes the definition: OpenAI's Chat Completions or Responses, Anthropic's Messages, or a client of MCP. */
export const TOOL_FORMATS = ['openai', 'openai_responses', 'anthropic', 'mcp'] as const;
export type ToolFormat = (typeof TOOL_FORMATS)[number];

/** What a tool is made of: an operation that can be called, and a name. */
export interface ToolSource extends Described {
  /** unique among the tools that a model gets; `^[A-Za-z0-9_-]{1,64}$`, which all formats take */
  readonly name: string;
  readonly isConsequential: boolean;
  readonly canAlwaysAllow: boolean;
  /** as `CompiledOperation` has it; it is not changed, and parts of it may be parts of the definition */
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
        // Whoever takes tools from MCP hands them on to a model, and often to Anthropic's.
        inputSchema: portableSchema(source.argumentsSchema, 'anthropic'),
        annotations: { title: toolTitle(source), ...toolAnnotations(source) },
      };
  }
}

/** OpenAI answers "string too long" beyond this. */
const OPENAI_DESCRIPTION = 1024;

/** `strict` is always said: Responses takes its absence for true, Chat Completions for false. */
function openAiFunction(source: ToolSource): JsonObject {
  const strict = strictSchema(source.argumentsSchema);
  return {
    name: source.name,
    description: toolDescription(source, OPENAI_DESCRIPTION),
    parameters: strict ?? portableSchema(source.argumentsSchema, 'openai'),
    strict: strict !== undefined,
  };
}
