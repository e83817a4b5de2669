import { type ErrorObject } from 'ajv';
import { type ArgumentFinding, nameOf, shown } from '../document/errors.js';
import { isObject, pointerTo } from '../document/json.js';

const MOST_FINDINGS = 20;
const MOST_ALTERNATIVES = 4;

/** A finding together with the error it came from. */
interface Explained extends ArgumentFinding {
  error: ErrorObject;
}

/**
 * Says what is wrong with arguments so that a model can put it right: which argument, what it must be, what it was.
 *
 * @param errors of a validator that was compiled with `allErrors` and `verbose`
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
  return [...unique.values()].slice(0, MOST_FINDINGS);
}

/** Puts the errors of the alternatives of an `anyOf` or `oneOf`, which come before its own, into one finding. */
function withAlternatives(explained: Explained[], error: ErrorObject): Explained[] {
  const { instancePath: place } = error;
  if ((error.params as { passingSchemas?: unknown }).passingSchemas) {
    const message = `${nameOf(place)} fits more than one of several forms that exclude each other`;
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
    const messages = [...new Set(closer.map(({ message }) => message))].slice(0, MOST_ALTERNATIVES);
    const message = `${nameOf(place)} fits none of the forms it may have: ${messages.join('; or ')}`;
    return [...others, { pointer: place, message, error }];
  }
  const types = alternatives.flatMap((alternative) => (alternative.error.params as { type: string | string[] }).type);
  return [...others, { pointer: place, message: mustBe(place, types, error.data), error }];
}

function explain({ instancePath, keyword, params, message, data, parentSchema }: ErrorObject): ArgumentFinding {
  const name = nameOf(instancePath);
  const parameters = params as { [name: string]: string };
  switch (keyword) {
    case 'required': {
      const pointer = pointerTo(instancePath, parameters['missingProperty'] ?? '');
      return { pointer, message: `${nameOf(pointer)} is required` };
    }
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const pointer = pointerTo(
        instancePath,
        parameters['additionalProperty'] ?? parameters['unevaluatedProperty'] ?? '',
      );
      return { pointer, message: `${nameOf(pointer)} is not known; ${known(instancePath, parentSchema)}` };
    }
    case 'type':
      return { pointer: instancePath, message: mustBe(instancePath, [parameters['type'] ?? []].flat(), data) };
    case 'enum': {
      const values = ((params as { allowedValues?: unknown[] }).allowedValues ?? []).slice(0, 50).map(shown);
      return { pointer: instancePath, message: `${name} must be one of ${values.join(', ')}, got ${shown(data)}` };
    }
    case 'const':
      return {
        pointer: instancePath,
        message: `${name} must be ${shown(parameters['allowedValue'])}, got ${shown(data)}`,
      };
    default:
      return { pointer: instancePath, message: `${name} ${message ?? 'is not valid'}, got ${shown(data)}` };
  }
}

function known(place: string, schema: unknown): string {
  const properties = isObject(schema) && isObject(schema['properties']) ? Object.keys(schema['properties']) : [];
  const owner = place === '' ? 'the operation' : nameOf(place);
  if (properties.length === 0) return `${owner} takes ${place === '' ? 'no arguments' : 'no properties'}`;
  return `${owner} takes ${properties
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

function mustBe(pointer: string, types: readonly string[], data: unknown): string {
  const names = [...new Set(types)].map((type) => WITH_ARTICLE[type] ?? type);
  return `${nameOf(pointer)} must be ${names.join(' or ')}, got ${shown(data)}`;
}
