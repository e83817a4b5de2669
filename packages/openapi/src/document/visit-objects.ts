import { type JsonObject, type JsonValue, type Located, isObject, pointerTo } from './json.js';
import { SCHEMA_KEYWORDS } from './schema-keywords.js';

/** The objects of a document, by their names in the standard (OAS 3.2.0, section 4). */
export type ObjectKind =
  | 'Callback'
  | 'Components'
  | 'Encoding'
  | 'Header'
  | 'Link'
  | 'Media Type'
  | 'OpenAPI'
  | 'Operation'
  | 'Parameter'
  | 'Path Item'
  | 'Paths'
  | 'Request Body'
  | 'Response'
  | 'Responses'
  | 'Schema'
  | 'Security Scheme';

/** The content of a field: an object, a list of objects, or a map of objects whose keys the author chooses. */
type Field = ObjectKind | { readonly mapOf: ObjectKind };
type Fields = { readonly [name: string]: Field };

const fieldsOf = (names: readonly string[], field: Field): Fields =>
  Object.fromEntries(names.map((name) => [name, field]));
const mapOf = (kind: ObjectKind): Field => ({ mapOf: kind });

const CONTENT: Fields = { schema: 'Schema', itemSchema: 'Schema' };
const ENCODING: Fields = { encoding: mapOf('Encoding'), prefixEncoding: 'Encoding', itemEncoding: 'Encoding' };

/** The fields that hold objects; a kind instead, if the author chooses all keys but those of extensions. */
const FIELDS: { readonly [kind in ObjectKind]: Fields | ObjectKind } = {
  OpenAPI: { paths: 'Paths', webhooks: mapOf('Path Item'), components: 'Components' },
  Components: {
    schemas: mapOf('Schema'),
    responses: mapOf('Response'),
    parameters: mapOf('Parameter'),
    requestBodies: mapOf('Request Body'),
    headers: mapOf('Header'),
    securitySchemes: mapOf('Security Scheme'),
    links: mapOf('Link'),
    callbacks: mapOf('Callback'),
    pathItems: mapOf('Path Item'),
    mediaTypes: mapOf('Media Type'),
  },
  Paths: 'Path Item',
  'Path Item': {
    ...fieldsOf(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'], 'Operation'),
    additionalOperations: mapOf('Operation'),
    parameters: 'Parameter',
  },
  Operation: {
    parameters: 'Parameter',
    requestBody: 'Request Body',
    responses: 'Responses',
    callbacks: mapOf('Callback'),
  },
  Parameter: { ...CONTENT, content: mapOf('Media Type') },
  'Request Body': { content: mapOf('Media Type') },
  'Media Type': { ...CONTENT, ...ENCODING },
  Encoding: { ...ENCODING, headers: mapOf('Header') },
  Responses: 'Response',
  Response: { headers: mapOf('Header'), content: mapOf('Media Type'), links: mapOf('Link') },
  Callback: 'Path Item',
  Header: { ...CONTENT, content: mapOf('Media Type') },
  Link: {},
  'Security Scheme': {},
  Schema: Object.fromEntries(
    Object.entries(SCHEMA_KEYWORDS).map(([name, { shape }]) => [name, shape === 'map' ? mapOf('Schema') : 'Schema']),
  ),
};

/** Returns the kind of the objects under a field of Components. */
export function componentKind(name: string): ObjectKind | undefined {
  const field = fieldOf('Components', name);
  return typeof field === 'object' ? field.mapOf : undefined;
}

/**
 * Visits an object of a document and the objects within it, in document order, without following references. Examples, defaults, extensions
 * and fields that the standard does not define are skipped: they may hold anything.
 *
 * @param visit gets each object, its kind and a function that returns its pointer; it returns `'skip'` to leave out the objects within
 */
export function visitObjects(
  from: Located,
  kind: ObjectKind,
  visit: (object: JsonObject, kind: ObjectKind, pointer: () => string) => 'skip' | void,
): void {
  const tokens: (string | number)[] = [];
  const pointer = () => pointerTo(from.pointer, ...tokens);
  const walk = (value: JsonValue, field: Field): void => {
    if (Array.isArray(value)) return value.forEach((item, index) => enter(index, item, field));
    if (!isObject(value)) return;
    if (typeof field !== 'string') return Object.keys(value).forEach((name) => enter(name, value[name], field.mapOf));
    if (visit(value, field, pointer) === 'skip') return;
    for (const name of Object.keys(value)) enter(name, value[name], fieldOf(field, name));
  };
  const enter = (token: string | number, value: JsonValue | undefined, field: Field | undefined): void => {
    if (field === undefined || typeof value !== 'object' || value === null) return;
    tokens.push(token);
    walk(value, field);
    tokens.pop();
  };
  walk(from.value, kind);
}

function fieldOf(kind: ObjectKind, name: string): Field | undefined {
  const fields = FIELDS[kind];
  if (typeof fields === 'string') return name.startsWith('x-') ? undefined : fields;
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
