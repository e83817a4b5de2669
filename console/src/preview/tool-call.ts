/** One call as a model asks for it. */
export interface ToolCall {
  /** The tool's name, which the API takes for an operation's id. */
  name: string;
  arguments: Record<string, unknown>;
}

/** What was pasted is no tool call; the message says what it is instead. */
export class ToolCallMistake extends Error {
  override readonly name = 'ToolCallMistake';
}

type Json = Record<string, unknown>;

/**
 * Reads what a model emitted: an item or an array of OpenAI's `tool_calls` (Chat Completions), of `function_call` items (Responses) or of
 * Anthropic's `tool_use` blocks; also the whole message or answer that has them in it. Their order stays.
 *
 * @throws {ToolCallMistake} it is not JSON, or there is no call in it
 */
export function readToolCalls(text: string): ToolCall[] {
  if (text.trim() === '') throw new ToolCallMistake('Paste what the model answered: there is nothing here.');
  const calls = callsIn(parsed(text, 'This is not JSON'));
  if (calls.length === 0) throw new ToolCallMistake(NO_CALL);
  return calls;
}

/**
 * Reads the arguments of a call as they are typed.
 *
 * @throws {ToolCallMistake} they are not JSON, or no object
 */
export function readArguments(text: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  const value = parsed(text, 'The arguments are not JSON');
  if (!isObject(value)) throw new ToolCallMistake('The arguments are an object: { "name": value }.');
  return value;
}

const NO_CALL =
  'There is no tool call in this. It has to be an item of tool_calls (OpenAI Chat Completions), a function_call (OpenAI Responses) or a tool_use block (Anthropic).';

/** Where messages and answers of the vendors keep their calls. */
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
  // Chat Completions: the type is left out by some that speak its language.
  if (isObject(value['function'])) return call(value['function']['name'], value['function']['arguments']);
  if (type === 'function_call') return call(name, value['arguments']);
  if (type === 'tool_use') return call(name, value['input']);
  return undefined;
}

function call(name: unknown, given: unknown): ToolCall {
  if (typeof name !== 'string' || name === '') throw new ToolCallMistake('A call in this names no tool.');
  if (given === undefined || given === null || given === '') return { name, arguments: {} };
  const value = typeof given === 'string' ? parsed(given, `The arguments of ${name} are not JSON`) : given;
  if (!isObject(value)) throw new ToolCallMistake(`The arguments of ${name} are no object.`);
  return { name, arguments: value };
}

function parsed(text: string, otherwise: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ToolCallMistake(`${otherwise}: ${(error as Error).message}`);
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
