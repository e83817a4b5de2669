import { type ErrorObject } from 'ajv';
import { type ArgumentFinding, argumentName, quote } from '../document/errors.js';
import { isObject, pointerTo } from '../document/json.js';

const MAX_FINDINGS = 20;
const MAX_ALTERNATIVES = 4;

/** A finding together with the error it came from. */
interface Explained extends ArgumentFinding {
  error: ErrorObject;
}

/**
 * Explains errors so that a model can fix its arguments: which argument, the expected value, the actual value.
 *
 * @param errors the errors of a validator that was compiled with `allErrors` and `verbose`
 */
export function explainErrors(errors: readonly ErrorObject[]): ArgumentFinding[] {
  let explained: Explained[] = [];
  for (const error of errors) {
    if (error.keyword === 'anyOf' || error.keyword === 'oneOf') {
      explained = withAlternatives(explained, error);
    } else if (error.keyword !== 'if') {
      explained.push({ ...explain(error), error });
    }
  }
  const unique = new Map(explained.map(({ pointer, message }) => [`${pointer} ${message}`, { pointer, message }]));
  return [...unique.values()].slice(0, MAX_FINDINGS);
}

/** Combines the errors of the alternatives of an `anyOf` or `oneOf`, which precede its own error, in one finding. */
function withAlternatives(explained: Explained[], error: ErrorObject): Explained[] {
  const { instancePath: place } = error;
  if ((error.params as { passingSchemas?: unknown }).passingSchemas) {
    const message = `${argumentName(place)} must match exactly one alternative, but matches several`;
    return [...explained, { pointer: place, message, error }];
  }
  const isWithin = ({ error: { instancePath } }: Explained) => `${instancePath}/`.startsWith(`${place}/`);
  const first = explained.findLastIndex((other) => !isWithin(other)) + 1;
  const [others, alternatives] = [explained.slice(0, first), explained.slice(first)];
  const isOfOtherType = ({ error: { keyword, instancePath } }: Explained) =>
    keyword === 'type' && instancePath === place;
  const closer = alternatives.filter((alternative) => !isOfOtherType(alternative));
  if (closer.length === 1) return [...others, ...closer];
  if (closer.length > 1) {
    const messages = [...new Set(closer.map(({ message }) => message))].slice(0, MAX_ALTERNATIVES);
    const message = `${argumentName(place)} matches none of its alternatives: ${messages.join('; or ')}`;
    return [...others, { pointer: place, message, error }];
  }
  const types = alternatives.flatMap((alternative) => (alternative.error.params as { type: string | string[] }).type);
  return [...others, { pointer: place, message: wrongTypeMessage(place, types, error.data), error }];
}

function explain({ instancePath, keyword, params, message, data, parentSchema }: ErrorObject): ArgumentFinding {
  const name = argumentName(instancePath);
  const parameters = params as { [name: string]: string };
  switch (keyword) {
    case 'required': {
      const pointer = pointerTo(instancePath, parameters['missingProperty'] ?? '');
      return { pointer, message: `${argumentName(pointer)} is required` };
    }
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const pointer = pointerTo(
        instancePath,
        parameters['additionalProperty'] ?? parameters['unevaluatedProperty'] ?? '',
      );
      return {
        pointer,
        message: `${argumentName(pointer)} is unknown; ${knownProperties(instancePath, parentSchema)}`,
      };
    }
    case 'type':
      return {
        pointer: instancePath,
        message: wrongTypeMessage(instancePath, [parameters['type'] ?? []].flat(), data),
      };
    case 'enum': {
      const values = ((params as { allowedValues?: unknown[] }).allowedValues ?? []).slice(0, 50).map(quote);
      return { pointer: instancePath, message: `${name} must be one of ${values.join(', ')}, got ${quote(data)}` };
    }
    case 'const':
      return {
        pointer: instancePath,
        message: `${name} must be ${quote(parameters['allowedValue'])}, got ${quote(data)}`,
      };
    default:
      return { pointer: instancePath, message: `${name} ${message ?? 'is not valid'}, got ${quote(data)}` };
  }
}

function knownProperties(place: string, schema: unknown): string {
  const properties = isObject(schema) && isObject(schema['properties']) ? Object.keys(schema['properties']) : [];
  const owner = place === '' ? 'the operation' : argumentName(place);
  if (properties.length === 0) return `${owner} accepts ${place === '' ? 'no arguments' : 'no properties'}`;
  return `${owner} accepts ${properties
    .slice(0, 30)
    .map((property) => `\`${property}\``)
    .join(', ')}`;
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
