import * as fc from 'fast-check';

/** There is no value of this schema that could be found. */
export class UngeneratedError extends Error {}

const DEEPEST = 40;
/** Below this only what is required is generated, or recursive schemas would grow without end. */
const DEEP = 4;

/**
 * A value of a JSON Schema 2020-12 with `$defs`; the same one each time.
 *
 * @param options.all whether optional properties are there as well
 * @param options.choice which of several alternatives comes first
 */
export function generate(root, { all, choice = 0 }) {
  const make = (schema, depth, index) => {
    if (depth > DEEPEST) throw new UngeneratedError('it contains itself without end');
    const flat = flatten(root, schema, choice);
    if ('const' in flat) return flat.const;
    if (Array.isArray(flat.enum)) return choose(flat.enum, index);
    if (isFile(flat)) return { name: 'file.txt', content: Buffer.from('content').toString('base64') };
    return MAKERS[typeOf(flat)]({ schema: flat, depth, index, make, all: all && depth < DEEP });
  };
  return make(root, 0, 0);
}

/** One schema without references and alternatives, as far as those can be put together. */
function flatten(root, schema, choice, seen = 0) {
  if (schema === true || schema === undefined) return {};
  if (schema === false) throw new UngeneratedError('nothing is allowed');
  if (seen > DEEPEST) throw new UngeneratedError('it is made of itself');
  const { $ref, allOf = [], anyOf, oneOf, ...rest } = schema;
  const parts = [...($ref === undefined ? [] : [definition(root, $ref)]), ...allOf];
  for (const alternatives of [anyOf, oneOf]) {
    if (alternatives !== undefined) parts.push(alternatives[choice % alternatives.length]);
  }
  return parts.map((part) => flatten(root, part, choice, seen + 1)).reduce(merge, rest);
}

function definition(root, reference) {
  const name = reference.slice('#/$defs/'.length).replaceAll('~1', '/').replaceAll('~0', '~');
  return root.$defs[name];
}

function merge(one, other) {
  const merged = { ...one, ...other };
  if (one.properties || other.properties) {
    merged.properties = Object.fromEntries(Object.entries(one.properties ?? {}));
    for (const [name, schema] of Object.entries(other.properties ?? {})) {
      const own = Object.hasOwn(merged.properties, name) ? merged.properties[name] : undefined;
      define(merged.properties, name, own === undefined ? schema : { allOf: [own, schema] });
    }
  }
  merged.required = [...new Set([...(one.required ?? []), ...(other.required ?? [])])];
  if (one.items && other.items) merged.items = { allOf: [one.items, other.items] };
  if (one.type && other.type) merged.type = commonTypes([one.type].flat(), [other.type].flat());
  if (one.enum && other.enum) merged.enum = one.enum.filter((value) => other.enum.includes(value));
  for (const bound of ['minLength', 'minItems', 'minimum', 'exclusiveMinimum', 'minProperties']) {
    if (bound in one && bound in other) merged[bound] = Math.max(one[bound], other[bound]);
  }
  for (const bound of ['maxLength', 'maxItems', 'maximum', 'exclusiveMaximum', 'maxProperties']) {
    if (bound in one && bound in other) merged[bound] = Math.min(one[bound], other[bound]);
  }
  return merged;
}

function commonTypes(one, other) {
  return one.filter((type) => other.includes(type) || (type === 'integer' && other.includes('number')));
}

/** No assignment, which would swallow a member named `__proto__`. */
function define(object, name, value) {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

function typeOf(schema) {
  const types = [schema.type ?? []].flat();
  if (types.length > 0) return types.find((type) => type !== 'null') ?? 'null';
  if (schema.properties || schema.additionalProperties || schema.required?.length) return 'object';
  if (schema.items || schema.prefixItems) return 'array';
  return ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'].some((key) => key in schema)
    ? 'number'
    : 'string';
}

function choose(values, index) {
  const some = values.filter((value) => value !== null);
  if (values.length === 0) throw new UngeneratedError('no value of an enum is allowed');
  return some.length === 0 ? null : some[index % some.length];
}

function isFile({ properties }) {
  return properties !== undefined && 'download_link' in properties && 'mime_type' in properties;
}

const MAKERS = {
  null: () => null,
  boolean: () => true,
  integer: ({ schema, index }) => number({ ...schema, multipleOf: schema.multipleOf ?? 1 }, index),
  number: ({ schema, index }) => number(schema, index),
  string,
  array,
  object,
};

function number({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }, index) {
  const step = multipleOf ?? 0.5;
  const least = Math.max(minimum ?? -Infinity, exclusiveMinimum === undefined ? -Infinity : exclusiveMinimum + step);
  const most = Math.min(maximum ?? Infinity, exclusiveMaximum === undefined ? Infinity : exclusiveMaximum - step);
  let value = Math.ceil((Number.isFinite(least) ? least : 1) / step) * step;
  if (value > most) value = Math.floor(most / step) * step;
  return value + index * step <= most ? value + index * step : value;
}

const FORMATS = {
  date: () => '2024-02-29',
  'date-time': () => '2024-02-29T12:30:00Z',
  time: () => '12:30:00Z',
  duration: () => 'P1D',
  email: (index) => `user${index}@example.com`,
  uuid: (index) => `f81d4fae-7dec-11d0-a765-00a0c91e6bf${index % 10}`,
  ipv4: (index) => `192.0.2.${(index % 200) + 1}`,
  ipv6: () => '2001:db8::1',
  uri: (index) => `https://example.com/${index}`,
  'uri-reference': (index) => `https://example.com/${index}`,
  'uri-template': () => 'https://example.com/{id}',
  hostname: () => 'example.com',
  'json-pointer': () => '/a',
  regex: () => 'a+',
};

function string({ schema, index }) {
  const { format, pattern, minLength = 0, maxLength = Infinity } = schema;
  if (pattern !== undefined) return matching(pattern, format, minLength, maxLength, index);
  if (schema.contentEncoding === 'base64') return 'dGV4dA==';
  const text = Object.hasOwn(FORMATS, format ?? '') ? FORMATS[format](index) : index === 0 ? 'text' : `text${index}`;
  return text.padEnd(minLength, 'x').slice(0, maxLength);
}

const SAMPLES = 20;
const PLAIN = ['text', '1', 'a', 'A', 'a1', '2024-02-29', 'https://example.com', 'user@example.com', '12345678'];

/** Texts of visible characters before others, which have no place in a URL. */
function matching(pattern, format, minLength, maxLength, index) {
  const expression = expressionOf(pattern);
  const fits = (text) => expression.test(text) && text.length >= minLength && text.length <= maxLength;
  const formatted = Object.hasOwn(FORMATS, format ?? '') ? [FORMATS[format](index)] : [];
  const long = (text) => [
    text,
    text.padEnd(minLength, text.at(-1)),
    text.padEnd(minLength, 'a'),
    text.padEnd(minLength, '1'),
  ];
  const plain = index === 0 ? PLAIN.flatMap(long) : [];
  const found =
    [...formatted, ...plain].find(fits) ??
    sampled(expression, index).flatMap(long).filter(fits).toSorted(byVisibility)[0];
  if (found === undefined) throw new UngeneratedError(`no text was found for the pattern ${pattern}`);
  return found;
}

/** Short ones first: those of a pattern with large counts take their time. */
function sampled(expression, index) {
  try {
    return fc.sample(fc.stringMatching(expression, { size: 'xsmall' }), { numRuns: SAMPLES, seed: 1 + index });
  } catch (error) {
    // What it cannot read, such as a look-ahead.
    throw new UngeneratedError(`no text was found for the pattern ${expression.source}: ${error.message}`);
  }
}

function byVisibility(one, other) {
  const isOdd = (text) => Number(!/^[\x20-\x7e]+$/.test(text) || /(?:^|[/\\])\.{1,2}$/.test(text));
  return isOdd(one) - isOdd(other);
}

function expressionOf(pattern) {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return new RegExp(pattern);
  }
}

function array({ schema, depth, make, all }) {
  const { prefixItems = [], items = {}, minItems = 0, maxItems = Infinity } = schema;
  // An empty list is left out of most places, so there is an item wherever one may be.
  const length = Math.min(maxItems, Math.max(minItems, all ? prefixItems.length : 0, 1));
  if (length > 1000) throw new UngeneratedError('it has more items than are worth it');
  return Array.from({ length }, (_, index) => make(prefixItems[index] ?? items, depth + 1, index));
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}

function object({ schema, depth, make, all }) {
  const { properties = {}, required = [], additionalProperties, minProperties = 0, maxProperties = Infinity } = schema;
  const optional = all ? Object.keys(properties).filter((name) => !required.includes(name)) : [];
  const names = [...required, ...optional].slice(0, Math.max(maxProperties, required.length));
  // Parameters reject an empty object, so a map has a member.
  const isMap = Object.keys(properties).length === 0 && isObject(additionalProperties) && maxProperties > 0;
  const least = Math.max(minProperties, isMap ? 1 : 0);
  for (let count = 1; names.length < least; count += 1) names.push(`member${count}`);
  const result = {};
  for (const name of names) {
    const own = Object.hasOwn(properties, name) ? properties[name] : (additionalProperties ?? {});
    try {
      define(result, name, make(own, depth + 1, 0));
    } catch (error) {
      if (!(error instanceof UngeneratedError) || required.includes(name)) throw error;
    }
  }
  return result;
}
