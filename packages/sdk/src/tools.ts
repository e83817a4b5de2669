/** A tool of OpenAI Chat Completions. */
export interface OpenAiTool {
  type: 'function';
  function: { name: string; description: string; parameters: Record<string, unknown>; strict: boolean };
}

/** A tool of OpenAI Responses. */
export interface OpenAiResponsesTool {
  type: 'function';
  name: string;
  description: string;
  parameters: Record<string, unknown>;
  strict: boolean;
}

/** A tool of Anthropic Messages. */
export interface AnthropicTool {
  name: string;
  description: string;
  input_schema: { type: 'object'; [keyword: string]: unknown };
}

/** A tool of the Model Context Protocol. */
export interface McpTool {
  name: string;
  title?: string;
  description: string;
  inputSchema: { type: 'object'; [keyword: string]: unknown };
  annotations: { readOnlyHint: boolean; destructiveHint: boolean; idempotentHint: boolean; openWorldHint: boolean };
}

/** A `FunctionDeclaration` of Google Gemini. */
export interface GeminiTool {
  name: string;
  description: string;
  parameters?: Record<string, unknown>;
}

/** The tools of each format. */
export interface ToolFormats {
  openai: OpenAiTool;
  openai_responses: OpenAiResponsesTool;
  anthropic: AnthropicTool;
  mcp: McpTool;
  gemini: GeminiTool;
}

/** Filters of `tools`. */
export interface ToolsOptions {
  /** Only tools of this action. */
  actionId?: string | undefined;
  /** Only operations with this tag in their document. */
  tag?: string | undefined;
  /** Only tools with all of these words in their name, path, summary, tags or description. */
  search?: string | undefined;
  signal?: AbortSignal | undefined;
}
