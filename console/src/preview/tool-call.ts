/** A tool call of a model. */
export interface ToolCall {
  /** The tool's name. The API accepts it as an operation id. */
  name: string;
  arguments: Record<string, unknown>;
}

/** The pasted text contains no tool call, or an invalid one. */
export class ToolCallError extends Error {
  override readonly name = 'ToolCallError';
}

type Json = Record<string, unknown>;

/**
 * Reads the tool calls that a model emitted: items of `tool_calls` (OpenAI Chat Completions), `function_call` items (OpenAI Responses) or
 * `tool_use` blocks (Anthropic); one, an array, or the whole message or response that contains them. Keeps their order.
 *
 * @throws {ToolCallError} the text is not JSON, or contains no call
 */
export function readToolCalls(text: string): ToolCall[] {
  if (text.trim() === '') throw new ToolCallError('Paste a tool call.');
  const calls = callsIn(parsed(text, 'Invalid JSON'));
  if (calls.length === 0) throw new ToolCallError(NO_CALL);
  return calls;
}

/**
 * Parses the arguments of a call.
 *
 * @throws {ToolCallError} the text is not a JSON object
 */
export function readArguments(text: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  const value = parsed(text, 'The arguments are invalid JSON');
  if (!isObject(value)) throw new ToolCallError('The arguments must be an object, such as { "name": "value" }.');
  return value;
}

const NO_CALL =
  'No tool call found. Paste an item of tool_calls (OpenAI Chat Completions), a function_call (OpenAI Responses) or a tool_use block (Anthropic).';

/** The fields that contain calls in messages and responses. */
const HOLDERS = ['tool_calls', 'output', 'content', 'message', 'choices'];

function callsIn(value: unknown): ToolCall[] {
  if (Array.isArray(value)) return value.flatMap(callsIn);
  if (!isObject(value)) return [];
  const call = callOf(value);
  if (call) return [call];
  return HOLDERS.flatMap((holder) => (typeof value[holder] === 'object' ? callsIn(value[holder]) : []));
}

function callOf(value: Json): ToolCall | undefined {
  const { type, name } = value;
  // Chat Completions: some compatible APIs omit the type.
  if (isObject(value['function'])) return call(value['function']['name'], value['function']['arguments']);
  if (type === 'function_call') return call(name, value['arguments']);
  if (type === 'tool_use') return call(name, value['input']);
  return undefined;
}

function call(name: unknown, given: unknown): ToolCall {
  if (typeof name !== 'string' || name === '') throw new ToolCallError('A call has no tool name.');
  if (given === undefined || given === null || given === '') return { name, arguments: {} };
  const value = typeof given === 'string' ? parsed(given, `The arguments of ${name} are invalid JSON`) : given;
  if (!isObject(value)) throw new ToolCallError(`The arguments of ${name} must be an object.`);
  return { name, arguments: value };
}

function parsed(text: string, message: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ToolCallError(`${message}: ${(error as Error).message}`);
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
