import { type ArgumentFinding, argumentName, quote } from '../document/errors.js';
import { type JsonObject, type JsonValue, listMember, member, objectMember, pointerTo } from '../document/json.js';
import { type OperationPlan } from '../operations/operation-plan.js';
import { presetValue } from '../schema/preset-value.js';
import { type CheckedArguments } from './coerce.js';

/** Completes arguments before they are checked. Arguments that need nothing are returned as the very same object. */
export type CompleteArguments = (args: JsonObject) => CheckedArguments;

/**
 * Compiles the completion of arguments:
 *
 * - a required parameter that is missing gets its only possible value, or its default;
 * - an argument of a header that every request has anyway (`presetHeaders`) is dropped.
 *
 * @returns `undefined` if the operation has neither
 */
export function compileCompletion(
  schema: JsonObject,
  { parameters, presetArguments }: OperationPlan,
): CompleteArguments | undefined {
  const required = new Set(listMember(schema, 'required'));
  const filled = parameters
    .filter((parameter) => parameter.required && !required.has(parameter.argument))
    .flatMap(({ argument }) => fillerOf(schema, argument));
  const dropped = new Map(presetArguments.map((name) => [name, ignoredNotice(name)]));
  if (filled.length === 0 && dropped.size === 0) return undefined;
  return (args) => {
    const missing = filled.filter(({ argument }) => !Object.hasOwn(args, argument));
    const ignored = Object.keys(args).filter((name) => dropped.has(name));
    if (missing.length === 0 && ignored.length === 0) return { args, notices: [] };
    const kept = Object.entries(args).filter(([name]) => !dropped.has(name));
    const added = missing.map(({ argument, value }): [string, JsonValue] => [argument, value]);
    const notices = [...ignored.flatMap((name) => dropped.get(name) ?? []), ...missing.map(({ notice }) => notice)];
    return { args: Object.fromEntries([...kept, ...added]), notices };
  };
}

interface Filler {
  readonly argument: string;
  readonly value: JsonValue;
  readonly notice: ArgumentFinding;
}

function fillerOf(schema: JsonObject, argument: string): Filler[] {
  const preset = presetValue(schema, member(objectMember(schema, 'properties'), argument) ?? true);
  if (preset === undefined) return [];
  const { value, isOnly } = preset;
  const pointer = pointerTo('', argument);
  const message = `${argumentName(pointer)} was missing; its ${isOnly ? 'only possible value' : 'default'} ${quote(value)} was used`;
  return [{ argument, value, notice: { pointer, message } }];
}

function ignoredNotice(argument: string): ArgumentFinding {
  const pointer = pointerTo('', argument);
  const message = `${argumentName(pointer)} was ignored: every call has this header already`;
  return { pointer, message };
}
