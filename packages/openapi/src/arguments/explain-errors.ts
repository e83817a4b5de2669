import { type ErrorObject } from 'ajv';
import { type ArgumentFinding, argumentName, quote } from '../document/errors.js';
import { isObject, member, pointerTo } from '../document/json.js';
import { type BranchChoice } from './branch-choice.js';
import { type UnionErrorParams } from './unions.js';

const MAX_FINDINGS = 20;
const MAX_ALTERNATIVES = 4;
/** Further errors are ignored, because a large value may have a million. */
const MAX_ERRORS = 2000;

/** Keywords whose errors follow those of the schemas that they apply. */
const REDUNDANT = new Set(['if', 'dependentRequired']);

/** A finding together with the error it came from. Messages are written when they are needed. */
interface Explained {
  readonly pointer: string;
  readonly message: () => string;
  readonly error: ErrorObject;
}

/**
 * Explains errors so that a model can fix its arguments: which argument, the expected value, the actual value.
 *
 * @param errors the errors of a validator that was compiled with `allErrors` and `verbose`
 * @param isRelevant whether findings with this pointer are returned; all are by default
 */
export function explainErrors(
  errors: readonly ErrorObject[],
  isRelevant: (pointer: string) => boolean = () => true,
): ArgumentFinding[] {
  const explained: Explained[] = [];
  for (const error of errors.slice(0, MAX_ERRORS)) {
    if (error.keyword === 'anyOf' || error.keyword === 'oneOf') {
      combineAlternatives(explained, error);
    } else if (!REDUNDANT.has(error.keyword)) {
      explained.push({ pointer: pointerOf(error), message: () => explain(error), error });
    }
  }
  const unique = new Map<string, ArgumentFinding>();
  for (const { pointer, message } of explained) {
    if (!isRelevant(pointer)) continue;
    if (unique.size === MAX_FINDINGS) break;
    const finding = { pointer, message: message() };
    unique.set(`${pointer} ${finding.message}`, finding);
  }
  return [...unique.values()];
}

/** Replaces the errors of the alternatives of an `anyOf` or `oneOf`, which precede its own error, by one finding. */
function combineAlternatives(explained: Explained[], error: ErrorObject): void {
  const { instancePath: pointer } = error;
  const { choice } = error.params as UnionErrorParams;
  if (choice?.count === 0) explained.push({ ...unknownAlternative(pointer, choice, error.data), error });
  // The errors of the only branch that was tried need no explanation.
  if (choice !== undefined && choice.count < 2) return;
  const isWithin = ({ error: { instancePath } }: Explained) => `${instancePath}/`.startsWith(`${pointer}/`);
  const alternatives = explained.splice(explained.findLastIndex((other) => !isWithin(other)) + 1);
  const isOfOtherType = ({ error: { keyword, instancePath } }: Explained) =>
    keyword === 'type' && instancePath === pointer;
  const closer = alternatives.filter((alternative) => !isOfOtherType(alternative));
  const [only] = closer;
  if (only !== undefined && closer.length === 1) {
    explained.push(only);
  } else if (only !== undefined) {
    explained.push({ pointer, message: () => noneMatches(pointer, closer), error });
  } else {
    const types = alternatives.flatMap((alternative) => (alternative.error.params as { type: string | string[] }).type);
    explained.push({ pointer, message: () => wrongTypeMessage(pointer, types, error.data), error });
  }
}

function unknownAlternative(
  pointer: string,
  { property, values }: BranchChoice,
  data: unknown,
): Pick<Explained, 'pointer' | 'message'> {
  const place = pointerTo(pointer, property);
  const given = isObject(data) ? member(data, property) : undefined;
  const [be, end] = given === undefined ? ['is required and must be', ''] : ['must be', `, got ${quote(given)}`];
  return {
    pointer: place,
    message: () =>
      `${argumentName(place)} ${be}${values.length > 1 ? ' one of' : ''} ${listOnce(values, listValues)}${end}`,
  };
}

function noneMatches(pointer: string, alternatives: readonly Explained[]): string {
  const messages = new Set<string>();
  for (const { message } of alternatives) {
    if (messages.size === MAX_ALTERNATIVES) break;
    messages.add(message());
  }
  return `${argumentName(pointer)} matches none of its alternatives: ${[...messages].join('; or ')}`;
}

function pointerOf({ instancePath, keyword, params }: ErrorObject): string {
  const { missingProperty, additionalProperty, unevaluatedProperty } = params as { [name: string]: string };
  if (keyword === 'required') return pointerTo(instancePath, missingProperty ?? '');
  const isUnknown = keyword === 'additionalProperties' || keyword === 'unevaluatedProperties';
  return isUnknown ? pointerTo(instancePath, additionalProperty ?? unevaluatedProperty ?? '') : instancePath;
}

function explain(error: ErrorObject): string {
  const { instancePath, keyword, message, data, parentSchema } = error;
  const pointer = pointerOf(error);
  const name = argumentName(pointer);
  const parameters = error.params as { type?: string | string[]; allowedValues?: unknown[]; allowedValue?: unknown };
  switch (keyword) {
    case 'required':
      return `${name} is required`;
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return `${name} is unknown; ${knownProperties(instancePath, parentSchema)}`;
    case 'type':
      return wrongTypeMessage(pointer, [parameters.type ?? []].flat(), data);
    case 'enum':
      return `${name} must be one of ${listOnce(parameters.allowedValues ?? [], listValues)}, got ${quote(data)}`;
    case 'const':
      return `${name} must be ${quote(parameters.allowedValue)}, got ${quote(data)}`;
    default:
      return `${name} ${message ?? 'is not valid'}, got ${quote(data)}`;
  }
}

function knownProperties(place: string, schema: unknown): string {
  const properties = isObject(schema) && isObject(schema['properties']) ? schema['properties'] : {};
  const owner = place === '' ? 'the operation' : argumentName(place);
  const names = listOnce(properties, listNames);
  if (names === '') return `${owner} accepts ${place === '' ? 'no arguments' : 'no properties'}`;
  return `${owner} accepts ${names}`;
}

const listValues = (values: readonly unknown[]) => values.slice(0, 50).map(quote).join(', ');

const listNames = (properties: object) =>
  Object.keys(properties)
    .slice(0, 30)
    .map((property) => `\`${property}\``)
    .join(', ');

const lists = new WeakMap<object, string>();

/** Lists the parts of a schema, once for all errors about it. */
function listOnce<T extends object>(part: T, list: (part: T) => string): string {
  const text = lists.get(part) ?? list(part);
  lists.set(part, text);
  return text;
}

const WITH_ARTICLE: { readonly [type: string]: string } = {
  array: 'an array',
  boolean: 'a boolean',
  integer: 'an integer',
  number: 'a number',
  object: 'an object',
  string: 'a string',
};

function wrongTypeMessage(pointer: string, types: readonly string[], data: unknown): string {
  const names = [...new Set(types)].map((type) => WITH_ARTICLE[type] ?? type);
  return `${argumentName(pointer)} must be ${names.join(' or ')}, got ${quote(data)}`;
}
