import { type JsonObject, type JsonValue, type Located, isContainer, isObject, pointerTo } from './json.js';
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
export type Field = ObjectKind | { readonly mapOf: ObjectKind } | { readonly listOf: ObjectKind };
type Fields = { readonly [name: string]: Field };

const fieldsOf = (names: readonly string[], field: Field): Fields =>
  Object.fromEntries(names.map((name) => [name, field]));
const mapOf = (kind: ObjectKind): Field => ({ mapOf: kind });
const listOf = (kind: ObjectKind): Field => ({ listOf: kind });

const CONTENT: Fields = { schema: 'Schema', itemSchema: 'Schema' };
const ENCODING: Fields = { encoding: mapOf('Encoding'), prefixEncoding: listOf('Encoding'), itemEncoding: 'Encoding' };

const SCHEMA_FIELDS = { one: 'Schema', list: listOf('Schema'), map: mapOf('Schema') } as const;

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
    parameters: listOf('Parameter'),
  },
  Operation: {
    parameters: listOf('Parameter'),
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
  Schema: Object.fromEntries(Object.entries(SCHEMA_KEYWORDS).map(([name, { shape }]) => [name, SCHEMA_FIELDS[shape]])),
};

/** Returns the kind of the objects under a field of Components. */
export function componentKind(name: string): ObjectKind | undefined {
  const field = fieldOf('Components', name);
  return typeof field === 'object' && 'mapOf' in field ? field.mapOf : undefined;
}

/** The fields of each kind by their names. Looking up a name in a map takes half as long as in an object. */
const FIELD_MAPS = new Map(
  Object.entries(FIELDS).map(([kind, fields]) => [
    kind as ObjectKind,
    typeof fields === 'string' ? fields : new Map(Object.entries(fields)),
  ]),
);

/** Gets the objects of a document. */
export interface ObjectVisitor {
  /**
   * Gets an object before the objects within it.
   *
   * @param pointer returns the pointer of the object
   * @returns `'skip'` to leave out the objects within
   */
  visit(object: JsonObject, kind: ObjectKind, pointer: () => string): 'skip' | void;
  /**
   * Gets a value that holds nothing, in a field or map that holds objects: null, an empty list, or an empty object in place of a list.
   *
   * @param holder what holds the value
   * @param field what the standard allows in its place
   * @param pointer returns the pointer of the holder
   */
  visitEmpty?(
    value: JsonValue,
    name: string,
    place: { readonly holder: Field; readonly field: Field; readonly pointer: () => string },
  ): void;
}

/**
 * Visits an object of a document and the objects within it, in document order, without following references. Examples, defaults, extensions
 * and fields that the standard does not define are skipped: they may hold anything.
 */
export function visitObjects(from: Located, kind: ObjectKind, visitor: ObjectVisitor | ObjectVisitor['visit']): void {
  const { visit, visitEmpty } = typeof visitor === 'function' ? { visit: visitor } : visitor;
  const tokens: (string | number)[] = [];
  const pointer = () => pointerTo(from.pointer, ...tokens);
  const walk = (value: JsonObject | JsonValue[], field: Field): void => {
    // An object in place of a list is visited as its element.
    if (typeof field !== 'string' && 'listOf' in field) return walk(value, field.listOf);
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index += 1) enter(index, value[index], field);
    } else if (typeof field !== 'string') {
      for (const name of Object.keys(value)) {
        const content = value[name];
        if (visitEmpty && isEmptyIn(field.mapOf, content))
          visitEmpty(content, name, { holder: field, field: field.mapOf, pointer });
        enter(name, content, field.mapOf);
      }
    } else if (visit(value, field, pointer) !== 'skip') {
      for (const name of Object.keys(value)) {
        const content = value[name];
        // Most members are scalars. Looking up their fields would take most of the time of a visit.
        if (typeof content !== 'object') continue;
        const within = fieldOf(field, name);
        if (within === undefined) continue;
        if (visitEmpty && isEmptyIn(within, content))
          visitEmpty(content, name, { holder: field, field: within, pointer });
        enter(name, content, within);
      }
    }
  };
  const enter = (token: string | number, value: JsonValue | undefined, field: Field): void => {
    if (!isContainer(value)) return;
    tokens.push(token);
    walk(value, field);
    tokens.pop();
  };
  if (isContainer(from.value)) walk(from.value, kind);
}

function isEmptyIn(field: Field, value: JsonValue | undefined): value is null | JsonValue[] | JsonObject {
  if (Array.isArray(value)) return value.length === 0;
  if (value === null) return true;
  return typeof field !== 'string' && 'listOf' in field && isObject(value) && Object.keys(value).length === 0;
}

/** Returns what the standard allows in a field of an object, `undefined` for fields that hold no objects of the standard. */
export function fieldOf(kind: ObjectKind, name: string): Field | undefined {
  const fields = FIELD_MAPS.get(kind);
  if (typeof fields === 'string') return name.startsWith('x-') ? undefined : fields;
  return fields?.get(name);
}
