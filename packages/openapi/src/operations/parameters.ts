import { type DocumentOptions, type OpenApiDocument } from '../document/document.js';
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
import { composedSchemas } from '../document/composed-schemas.js';
import { portableNames } from '../document/names.js';
import { isJson, isText } from './media-types.js';
import { type OperationFindings } from './operation-findings.js';
import { resolve } from '../document/references.js';
import { allowsFlatValue, allowsScalarValue, isPlainScalar } from './writable-values.js';

export type ParameterLocation = 'path' | 'query' | 'header' | 'cookie';
export type ParameterStyle =
  'simple' | 'label' | 'matrix' | 'form' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject' | 'cookie';

/** A parameter of an operation that can be serialized (OAS 3.1.1, section 4.8.12). */
export interface Parameter {
  readonly name: string;
  readonly location: ParameterLocation;
  /** its name among the arguments, which all models accept */
  readonly argument: string;
  /** the name that `argument` replaces, which a call may use as well; usually the same */
  readonly originalName: string;
  readonly required: boolean;
  readonly style: ParameterStyle;
  readonly explode: boolean;
  /** the format of the value, if `content` describes it instead of a style */
  readonly content: 'json' | 'text' | undefined;
  /** for a query parameter: harmless reserved characters are not percent-encoded */
  readonly allowReserved: boolean;
  /**
   * how an empty list or object is written: as an empty text (`allowEmptyValue`), not at all, or rejected, because without it a required
   * parameter would be missing, or a request that changes something would apply to more than was meant
   */
  readonly ifEmpty: 'send' | 'omit' | 'reject';
  /** the property names of its schema; `undefined` if it declares none or allows others */
  readonly properties: readonly string[] | undefined;
  /** whether its schema allows nothing but objects, and perhaps null */
  readonly acceptsOnlyObjects: boolean;
  readonly description: string | undefined;
  /** for a path parameter: its value may have slashes, which separate segments */
  readonly spansSegments: boolean;
  readonly schema: Located;
  readonly pointer: string;
}

/** The styles of each location (OAS 3.1.1, section 4.8.12.3); the first is the default. */
const STYLES: Record<ParameterLocation, readonly ParameterStyle[]> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form', 'cookie'],
};

/** Header parameters with these names are ignored (OAS 3.1.1, section 4.8.12.1): media types and security describe them. */
const IGNORED_HEADERS = new Set(['accept', 'content-type', 'authorization']);
/** Headers that determine the target, framing or route of a request. No argument may set them. */
const HTTP_RESERVED =
  /^(?:cookie|host|content-length|transfer-encoding|connection|keep-alive|te|trailer|upgrade|http2-settings|expect|via|forwarded|(?:proxy|x-forwarded)-.*)$/i;
/** The names of headers (RFC 9110, section 5.6.2) and cookies (RFC 6265, section 4.1.1). */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Characters that the name of a parameter or form field must not contain, because they cannot be sent. */
export const UNSENDABLE = /[\p{Cc}\p{Cs}]/u;

/** The operation whose parameters are read. */
interface ParameterOwner {
  readonly method: string;
  readonly document: OpenApiDocument;
  readonly options: DocumentOptions;
  readonly pathItem: Located<JsonObject>;
  readonly operation: Located<JsonObject>;
}

/**
 * Reads the parameters of an operation: its own and those of its path item, which it may override by name and location. Parameters that
 * cannot be sent are left out with a finding.
 */
export function readParameters(
  { method, document, options, pathItem, operation }: ParameterOwner,
  findings: OperationFindings,
): Parameter[] {
  const root = document.json;
  const isReserved = reservedHeaderTest(options.reservedHeaders);
  const declared = new Map<string, Parameter | undefined>();
  for (const owner of [pathItem, operation]) {
    for (const [index, value] of (listMember(owner.value, 'parameters') ?? []).entries()) {
      const found = resolve(root, { value, pointer: pointerTo(owner.pointer, 'parameters', index) });
      if ('code' in found) findings.reject(found.code, found.message, found.pointer);
      else if (isObject(found.value)) {
        const place = { value: found.value, pointer: found.pointer };
        declared.set(parameterKey(found.value), readParameter(root, place, { method, isReserved }, findings));
      } else findings.reject('invalid_structure', 'a parameter must be an object', found.pointer);
    }
  }
  const parameters = [...declared.values()].filter((parameter) => parameter !== undefined);
  return assignArgumentNames(parameters, findings);
}

/** Returns the name and location, which identify a parameter. Header names are case-insensitive (RFC 9110, section 5.1). */
function parameterKey(parameter: JsonObject): string {
  const name = stringMember(parameter, 'name') ?? '';
  return member(parameter, 'in') === 'header'
    ? `header ${name.toLowerCase()}`
    : `${stringMember(parameter, 'in')} ${name}`;
}

function readParameter(
  root: JsonObject,
  { value, pointer }: Located<JsonObject>,
  { method, isReserved }: { method: string; isReserved: (header: string) => boolean },
  findings: OperationFindings,
): Parameter | undefined {
  const name = stringMember(value, 'name') ?? '';
  const location = stringMember(value, 'in') ?? '';
  const required = location === 'path' || member(value, 'required') === true;
  const unsupported = (what: string) =>
    findings.unsupported(required, 'unsupported_parameter', `the ${location} parameter "${name}" ${what}`, pointer);
  if (name === '' || location === '') {
    return void findings.reject('invalid_structure', 'a parameter must have "name" and "in"', pointer);
  }
  if (!isLocation(location)) {
    return void unsupported('is not supported: "in" must be path, query, header or cookie');
  }
  if (location === 'header' && IGNORED_HEADERS.has(name.toLowerCase())) return undefined;
  if (location === 'header' && isReserved(name)) {
    const message = `the header "${name}" is reserved and cannot be set by an argument; the parameter is ignored`;
    return void findings.warn('reserved_header', message, pointer);
  }
  if ((location === 'header' || location === 'cookie') && !TOKEN.test(name)) {
    return void unsupported(`has a name that is invalid in a ${location}`);
  }
  if (UNSENDABLE.test(name)) return void unsupported('has a name with control characters or broken Unicode');
  const style = stringMember(value, 'style') ?? STYLES[location][0] ?? '';
  if (!isSupported(location, style))
    return void unsupported(`has the style "${style}", which its location does not support`);
  const content = readContent(root, value, pointer);
  if (content === 'unsupported') return void unsupported('has a content type that is neither JSON nor text');
  const schema = content?.schema ?? { value: member(value, 'schema') ?? {}, pointer: pointerTo(pointer, 'schema') };
  const isPlain = isPlainScalar(schema.value);
  if (content === undefined && style !== 'deepObject' && !isPlain && !allowsFlatValue(root, schema)) {
    return void unsupported(
      `has a schema that only allows nested values, which the style "${style}" cannot write; describe it by "content" of application/json`,
    );
  }
  return {
    name,
    location,
    argument: name,
    originalName: name,
    required,
    style,
    explode: booleanOr(member(value, 'explode'), style === 'form' || style === 'cookie'),
    content: content?.kind,
    allowReserved: location === 'query' && member(value, 'allowReserved') === true,
    ifEmpty: emptyValue(value, required || !SAFE_METHODS.has(method)),
    properties: isPlain ? undefined : propertiesOf(root, schema),
    acceptsOnlyObjects: !isPlain && acceptsOnlyObjects(root, schema),
    description: stringMember(value, 'description'),
    spansSegments: false,
    schema,
    pointer,
  };
}

/** Methods that only read (RFC 9110, section 9.2.1). */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** `allowEmptyValue` is for query parameters only (OAS 3.1.1, section 4.8.12.2.1). */
function emptyValue(parameter: JsonObject, isNeeded: boolean): Parameter['ifEmpty'] {
  if (member(parameter, 'in') === 'query' && member(parameter, 'allowEmptyValue') === true) return 'send';
  return isNeeded ? 'reject' : 'omit';
}

/** Compiles {@link DocumentOptions.reservedHeaders}. */
function reservedHeaderTest(patterns: readonly string[] = []): (header: string) => boolean {
  const prefixes = patterns.filter((pattern) => pattern.endsWith('*')).map((pattern) => pattern.slice(0, -1));
  return (header) => {
    const name = header.toLowerCase();
    return HTTP_RESERVED.test(name) || patterns.includes(name) || prefixes.some((prefix) => name.startsWith(prefix));
  };
}

function isSupported(location: ParameterLocation, style: string): style is ParameterStyle {
  return (STYLES[location] as readonly string[]).includes(style);
}

/** Reads the `content` of a parameter, which has exactly one media type (OAS 3.1.1, section 4.8.12.2.2). */
function readContent(
  root: JsonObject,
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
  if (!isText(mediaType)) return 'unsupported';
  // A schema of objects or lists describes the content of the text, as for XML. The argument is the text.
  return { kind: 'text', schema: allowsScalarValue(root, schema) ? schema : { ...schema, value: { type: 'string' } } };
}

/** Returns the property names of a plain object schema; a composed schema may declare others elsewhere. */
function propertiesOf(root: JsonObject, schema: Located): string[] | undefined {
  const found = resolve(root, schema);
  if ('code' in found || !isObject(found.value)) return undefined;
  const object = found.value;
  const isOpen = ['allOf', 'anyOf', 'oneOf', 'patternProperties', '$dynamicRef'].some((name) => name in object);
  const properties = objectMember(object, 'properties');
  const additional = member(object, 'additionalProperties') ?? false;
  return isOpen || additional !== false || properties === undefined ? undefined : Object.keys(properties);
}

function acceptsOnlyObjects(root: JsonObject, schema: Located): boolean {
  return composedSchemas(root, schema, ['allOf']).some(({ value }) => {
    const types = [member(value, 'type') ?? ('properties' in value ? 'object' : [])].flat();
    return types.includes('object') && types.every((type) => type === 'object' || type === 'null');
  });
}

function isLocation(location: string): location is ParameterLocation {
  return Object.hasOwn(STYLES, location);
}

function booleanOr(value: JsonValue | undefined, otherwise: boolean): boolean {
  return typeof value === 'boolean' ? value : otherwise;
}

/**
 * Assigns unique argument names: `id` in two locations becomes `path_id` and `query_id`; `body` is reserved for the request body. A name that
 * models do not accept is replaced by a portable one.
 */
function assignArgumentNames(parameters: readonly Parameter[], findings: OperationFindings): Parameter[] {
  const names = distinctNames(parameters);
  const aliases = portableNames(names, ['body']);
  return parameters.map((parameter, index) => {
    const originalName = names[index] ?? parameter.name;
    const argument = aliases.get(originalName) ?? originalName;
    if (argument !== originalName) {
      const message = `"${originalName}" is not accepted by models as an argument's name; "${argument}" is used instead`;
      findings.warn('argument_alias', message, parameter.pointer);
    }
    return { ...parameter, argument, originalName };
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
