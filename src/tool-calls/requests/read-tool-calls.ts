import { isObject, type JsonObject, type JsonValue } from '@countersign/openapi';
import { InvalidRequestError, parseExactly, type FieldError } from '../../common/index.js';

/** The APIs of vendors, by the names that tools have for them. */
export type VendorFormat = 'openai' | 'openai_responses' | 'anthropic';

/** A call of a tool by a model. */
export interface ToolCall {
  /** The vendor's id of the call, unique within the turn. */
  id: string;
  /** The name of the tool. */
  name: string;
  /** As the model wrote them if they are no JSON object. */
  arguments: JsonValue;
  /** Tells the model what is wrong with the arguments, if they are no JSON object. */
  problem?: string;
}

/** The calls of one turn of a model. */
export interface ToolCalls {
  /** `null` if there are no calls. */
  format: VendorFormat | null;
  calls: ToolCall[];
}

/** The most calls of a turn. */
const MAX_CALLS = 128;
const MAX_ID_CHARACTERS = 255;
const MAX_NAME_CHARACTERS = 2000;

/** A value in the request, and its JSON pointer. */
interface Placed {
  value: JsonValue | undefined;
  pointer: string;
}

/**
 * Reads the tool calls that a model emitted: `message.tool_calls` of Chat Completions, `response.output` of Responses or `message.content` of
 * Messages, or the message or response that contains them. Other items, such as texts and reasoning, are ignored.
 *
 * @param given the value of `tool_calls` in the request
 * @param maxValues the most values in the arguments of a call
 * @throws {InvalidRequestError} with pointers: calls of several vendors, a repeated or missing id, too many calls
 */
export function readToolCalls(given: JsonValue | undefined, maxValues: number): ToolCalls {
  const placed = { value: given, pointer: '/tool_calls' };
  if (!isObject(given) && !Array.isArray(given)) {
    const message = "tool_calls must be the list of a model's calls, or the message or response that contains them";
    throw InvalidRequestError.at(placed.pointer, message);
  }
  const errors: FieldError[] = [];
  const found = itemsIn(placed).flatMap((item) => {
    const format = formatOf(item.value);
    return format ? [{ format, item }] : [];
  });
  if (found.length > MAX_CALLS)
    errors.push({ pointer: placed.pointer, message: `at most ${MAX_CALLS} calls are allowed` });
  const calls = found.slice(0, MAX_CALLS).map(({ format, item }) => readCall(format, item, maxValues, errors));
  const [first] = found;
  const others = found.filter(({ format }) => format !== first?.format);
  errors.push(...others.map(({ item }) => ({ pointer: item.pointer, message: 'all calls must be of one vendor' })));
  errors.push(
    ...repeatedIds(
      calls,
      found.map(({ item }) => item.pointer),
    ),
  );
  if (errors.length > 0) throw new InvalidRequestError(errors);
  return { format: first?.format ?? null, calls };
}

/** The members of messages and responses that contain calls. */
const HOLDERS = ['tool_calls', 'output', 'content', 'message', 'choices'];

function itemsIn({ value, pointer }: Placed): Placed[] {
  if (Array.isArray(value)) {
    return value.flatMap((each, index) => itemsIn({ value: each, pointer: `${pointer}/${index}` }));
  }
  if (!isObject(value)) return [];
  if (formatOf(value)) return [{ value, pointer }];
  return HOLDERS.filter((name) => Object.hasOwn(value, name)).flatMap((name) =>
    itemsIn({ value: value[name], pointer: `${pointer}/${name}` }),
  );
}

function formatOf(value: JsonValue | undefined): VendorFormat | undefined {
  if (!isObject(value)) return undefined;
  const { type } = value;
  // Some compatible APIs leave out the type.
  if ((type === 'function' || type === undefined) && isObject(value['function'])) return 'openai';
  if (type === 'function_call') return 'openai_responses';
  return type === 'tool_use' ? 'anthropic' : undefined;
}

/** The members of a call that hold its id, its name and its arguments. */
const MEMBERS = {
  openai: { id: 'id', name: 'name', args: 'arguments' },
  openai_responses: { id: 'call_id', name: 'name', args: 'arguments' },
  anthropic: { id: 'id', name: 'name', args: 'input' },
} as const;

function readCall(format: VendorFormat, { value, pointer }: Placed, maxValues: number, errors: FieldError[]): ToolCall {
  const item = value as JsonObject;
  const isNested = format === 'openai';
  const call = (isNested ? item['function'] : item) as JsonObject;
  const at = isNested ? `${pointer}/function` : pointer;
  const { id, name, args } = MEMBERS[format];
  return {
    id: readText({ value: item[id], pointer: `${pointer}/${id}` }, MAX_ID_CHARACTERS, errors),
    name: readText({ value: call[name], pointer: `${at}/${name}` }, MAX_NAME_CHARACTERS, errors),
    ...readArguments(call[args], maxValues),
  };
}

function readText({ value, pointer }: Placed, max: number, errors: FieldError[]): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= max) return value;
  errors.push({ pointer, message: `must be a string of 1 to ${max} characters` });
  return '';
}

/** Reads the arguments, or says what is wrong with them: models make mistakes, which must not end the whole turn. */
function readArguments(given: JsonValue | undefined, maxValues: number): Pick<ToolCall, 'arguments' | 'problem'> {
  let value: JsonValue | undefined = given;
  if (typeof given === 'string') {
    if (given.trim() === '') return { arguments: {} };
    try {
      value = parseExactly(given, maxValues);
    } catch (error) {
      const { message } = error as Error;
      return { arguments: given, problem: `The arguments are invalid JSON: ${message}. Send a JSON object.` };
    }
  }
  if (value === undefined || value === null) return { arguments: {} };
  return isObject(value)
    ? { arguments: value }
    : { arguments: given as JsonValue, problem: 'The arguments must be a JSON object.' };
}

function repeatedIds(calls: readonly ToolCall[], pointers: readonly string[]): FieldError[] {
  const seen = new Set<string>();
  return calls.flatMap(({ id }, index) => {
    const isRepeated = id !== '' && seen.has(id);
    seen.add(id);
    return isRepeated ? [{ pointer: pointers[index] ?? '', message: 'the id of this call is repeated' }] : [];
  });
}
