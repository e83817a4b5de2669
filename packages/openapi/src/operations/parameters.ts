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
} from '../document/json.js';
import { commonNames } from '../document/names.js';
import { isJson, isText } from './media-types.js';
import { type OperationNotes } from './operation-notes.js';
import { resolve } from '../document/references.js';

export type ParameterLocation = 'path' | 'query' | 'header' | 'cookie';
export type ParameterStyle =
  'simple' | 'label' | 'matrix' | 'form' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject' | 'cookie';

/** A parameter of an operation that we can serialize (OAS 3.1.1, section 4.8.12). */
export interface Parameter {
  readonly name: string;
  readonly location: ParameterLocation;
  /** its name among the arguments of a call, as models take it */
  readonly argument: string;
  /** the name that `argument` stands for, which a call may use as well; mostly the same */
  readonly fullName: string;
  readonly required: boolean;
  readonly style: ParameterStyle;
  readonly explode: boolean;
  /** of one that is described by `content` and not by a style: whether the value is written as JSON, or is text as it stands */
  readonly content: 'json' | 'text' | undefined;
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
  cookie: ['form', 'cookie'],
};

/** OAS 3.1.1, section 4.8.12.1: header parameters of these names SHALL be ignored; media types and security say it. */
const SAID_ELSEWHERE = new Set(['accept', 'content-type', 'authorization']);
/** Headers that say where a request goes, how it is framed or for whom it is, which no argument may. */
const RESERVED =
  /^(?:cookie|host|content-length|transfer-encoding|connection|keep-alive|te|trailer|upgrade|http2-settings|expect|via|forwarded|(?:proxy|x-forwarded|openai)-.*)$/i;
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
  const parameters = [...declared.values()].filter((parameter) => parameter !== undefined);
  return nameArguments(parameters, notes);
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
  if (content === 'unsupported') return void lose('has a content type that is neither JSON nor text');
  const schema = content?.schema ?? { value: member(value, 'schema') ?? {}, pointer: pointerTo(pointer, 'schema') };
  return {
    name,
    location,
    argument: name,
    fullName: name,
    required,
    style,
    explode: booleanOr(member(value, 'explode'), style === 'form' || style === 'cookie'),
    content: content?.kind,
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

/** A parameter that is described by `content`, which has exactly one media type (OAS 3.1.1, section 4.8.12.2.2). */
function readContent(
  parameter: JsonObject,
  pointer: string,
): { kind: 'json' | 'text'; schema: Located } | 'unsupported' | undefined {
  const content = objectMember(parameter, 'content');
  if (content === undefined) return undefined;
  const [mediaType = ''] = Object.keys(content);
  const schema = {
    value: member(member(content, mediaType), 'schema') ?? {},
    pointer: pointerTo(pointer, 'content', mediaType, 'schema'),
  };
  if (isJson(mediaType)) return { kind: 'json', schema };
  return isText(mediaType) ? { kind: 'text', schema } : 'unsupported';
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

/**
 * `id` in two locations is `path_id` and `query_id` among the arguments; `body` is the request body's. A name that models do not take has
 * another one that stands for it.
 */
function nameArguments(parameters: readonly Parameter[], notes: OperationNotes): Parameter[] {
  const names = distinctNames(parameters);
  const aliases = commonNames(names, ['body']);
  return parameters.map((parameter, index) => {
    const fullName = names[index] ?? parameter.name;
    const argument = aliases.get(fullName) ?? fullName;
    if (argument !== fullName) {
      const message = `models do not take "${fullName}" as the name of an argument; "${argument}" stands for it`;
      notes.warn('argument_alias', message, parameter.pointer);
    }
    return { ...parameter, argument, fullName };
  });
}

function distinctNames(parameters: readonly Parameter[]): string[] {
  const counts = new Map<string, number>();
  for (const { name } of parameters) counts.set(name, (counts.get(name) ?? 0) + 1);
  const taken = new Set(counts.keys());
  return parameters.map(({ name, location }) => {
    if (counts.get(name) === 1 && name !== 'body') return name;
    let distinct = `${location}_${name}`;
    while (taken.has(distinct)) distinct += '_';
    taken.add(distinct);
    return distinct;
  });
}
