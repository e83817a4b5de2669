import {
  type JsonObject,
  type JsonValue,
  type Located,
  isObject,
  listMember,
  member,
  objectMember,
  pointerTo,
  stringMember,
} from '../json.js';
import { type OperationNotes } from './operation-notes.js';
import { resolve } from '../references.js';

export type ParameterLocation = 'path' | 'query' | 'header' | 'cookie';
export type ParameterStyle = 'simple' | 'label' | 'matrix' | 'form' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject';

/** A parameter of an operation that we can serialize (OAS 3.1.1, section 4.8.12). */
export interface Parameter {
  readonly name: string;
  readonly location: ParameterLocation;
  /** its name among the arguments of a call */
  readonly argument: string;
  readonly required: boolean;
  readonly style: ParameterStyle;
  readonly explode: boolean;
  /** described by `content` with a JSON media type: the value is written as JSON text */
  readonly asJson: boolean;
  /** of a query parameter: reserved characters of its value stay as they are where they do no harm */
  readonly allowReserved: boolean;
  /** the names that its schema declares for an object; nothing where it declares none or allows others */
  readonly properties: readonly string[] | undefined;
  readonly description: string | undefined;
  readonly schema: Located;
  readonly pointer: string;
}

/** The styles of each location (OAS 3.1.1, section 4.8.12.3); the first is the location's default. */
const STYLES: Record<ParameterLocation, readonly ParameterStyle[]> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form'],
};

/** OAS 3.1.1, section 4.8.12.1: header parameters of these names SHALL be ignored; media types and security say it. */
const SAID_ELSEWHERE = new Set(['accept', 'content-type', 'authorization']);
/** Headers that say where a request goes or how it is framed, which no argument may. */
const RESERVED =
  /^(?:cookie|host|content-length|transfer-encoding|connection|keep-alive|te|trailer|upgrade|expect|forwarded|(?:proxy|x-forwarded)-.*)$/i;
/** RFC 9110, section 5.6.2: names of headers, and of cookies too (RFC 6265, section 4.1.1). */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * The parameters of an operation: its own and those of its path item, which it may override by name and location. Those
 * that cannot be sent are noted and left out.
 */
export function readParameters(
  root: JsonObject,
  pathItem: Located<JsonObject>,
  operation: Located<JsonObject>,
  notes: OperationNotes,
): Parameter[] {
  const declared = new Map<string, Parameter | undefined>();
  for (const owner of [pathItem, operation]) {
    for (const [index, value] of (listMember(owner.value, 'parameters') ?? []).entries()) {
      const found = resolve(root, { value, pointer: pointerTo(owner.pointer, 'parameters', index) });
      if ('code' in found) notes.refuse(found.code, found.message, found.pointer);
      else if (isObject(found.value)) {
        const place = { value: found.value, pointer: found.pointer };
        declared.set(identity(found.value), readParameter(root, place, notes));
      }
    }
  }
  return nameArguments([...declared.values()].filter((parameter) => parameter !== undefined));
}

/** Header names are the same in any case (RFC 9110, section 5.1). */
function identity(parameter: JsonObject): string {
  const name = stringMember(parameter, 'name') ?? '';
  return member(parameter, 'in') === 'header'
    ? `header ${name.toLowerCase()}`
    : `${stringMember(parameter, 'in')} ${name}`;
}

function readParameter(
  root: JsonObject,
  { value, pointer }: Located<JsonObject>,
  notes: OperationNotes,
): Parameter | undefined {
  const name = stringMember(value, 'name') ?? '';
  const location = stringMember(value, 'in') ?? '';
  const required = location === 'path' || member(value, 'required') === true;
  const lose = (what: string) =>
    notes.lose(required, 'unsupported_parameter', `the ${location} parameter "${name}" ${what}`, pointer);
  if (name === '' || location === '') {
    return void notes.refuse('invalid_structure', 'a parameter has no name or no location', pointer);
  }
  if (!isLocation(location)) {
    return void lose('cannot be sent: only path, query, header and cookie parameters can');
  }
  if (location === 'header' && !mayBeSet(name, pointer, notes)) return undefined;
  if ((location === 'header' || location === 'cookie') && !TOKEN.test(name)) {
    return void lose(`has a name that no ${location} can have`);
  }
  const style = stringMember(value, 'style') ?? STYLES[location][0] ?? '';
  if (!isSupported(location, style)) return void lose(`has the style "${style}", which is not supported here`);
  const content = readContent(value, pointer);
  if (content === 'unsupported') return void lose('has a content type other than JSON');
  const schema = content ?? { value: member(value, 'schema') ?? {}, pointer: pointerTo(pointer, 'schema') };
  return {
    name,
    location,
    argument: name,
    required,
    style,
    explode: booleanOr(member(value, 'explode'), style === 'form'),
    asJson: content !== undefined,
    allowReserved: location === 'query' && member(value, 'allowReserved') === true,
    properties: propertiesOf(root, schema),
    description: stringMember(value, 'description'),
    schema,
    pointer,
  };
}

function mayBeSet(name: string, pointer: string, notes: OperationNotes): boolean {
  if (SAID_ELSEWHERE.has(name.toLowerCase())) return false;
  if (!RESERVED.test(name)) return true;
  notes.warn('reserved_header', `the header "${name}" is not for arguments to set; the parameter is ignored`, pointer);
  return false;
}

function isSupported(location: ParameterLocation, style: string): style is ParameterStyle {
  return (STYLES[location] as readonly string[]).includes(style);
}

/** The schema of a parameter that is described by `content`, which has exactly one media type. */
function readContent(parameter: JsonObject, pointer: string): Located | 'unsupported' | undefined {
  const content = objectMember(parameter, 'content');
  if (content === undefined) return undefined;
  const [mediaType = ''] = Object.keys(content);
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(mediaType)) return 'unsupported';
  const schema = member(member(content, mediaType), 'schema') ?? {};
  return { value: schema, pointer: pointerTo(pointer, 'content', mediaType, 'schema') };
}

/** Of a schema that only lists properties; one that is put together from others may have them anywhere. */
function propertiesOf(root: JsonObject, schema: Located): string[] | undefined {
  const found = resolve(root, schema);
  if ('code' in found || !isObject(found.value)) return undefined;
  const object = found.value;
  const isOpen = ['allOf', 'anyOf', 'oneOf', 'patternProperties', '$dynamicRef'].some((name) => name in object);
  const properties = objectMember(object, 'properties');
  const additional = member(object, 'additionalProperties') ?? false;
  return isOpen || additional !== false || properties === undefined ? undefined : Object.keys(properties);
}

function isLocation(location: string): location is ParameterLocation {
  return Object.hasOwn(STYLES, location);
}

function booleanOr(value: JsonValue | undefined, otherwise: boolean): boolean {
  return typeof value === 'boolean' ? value : otherwise;
}

/** `id` in two locations is `path_id` and `query_id` among the arguments; `body` is the request body's. */
function nameArguments(parameters: Parameter[]): Parameter[] {
  const counts = new Map<string, number>();
  for (const { name } of parameters) counts.set(name, (counts.get(name) ?? 0) + 1);
  const taken = new Set(['body', ...counts.keys()]);
  return parameters.map((parameter) => {
    const { name, location } = parameter;
    if (counts.get(name) === 1 && name !== 'body') return parameter;
    let argument = `${location}_${name}`;
    while (taken.has(argument)) argument += '_';
    taken.add(argument);
    return { ...parameter, argument };
  });
}
