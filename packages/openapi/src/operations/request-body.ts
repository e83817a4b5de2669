import { type OpenApiDocument } from '../document/document.js';
import {
  type JsonObject,
  type JsonValue,
  type Located,
  isObject,
  member,
  objectMember,
  pointerTo,
  stringMember,
} from '../document/json.js';
import { type FormField, contentTypes, styledFields, warnAboutPartHeaders } from './encodings.js';
import { type FileField, fileFields, isFile } from './files.js';
import { type BodyKind, type PreferredMediaType, preferredMediaType } from './media-types.js';
import { type OperationFindings } from './operation-findings.js';
import { resolve } from '../document/references.js';
import { allowsTypeOf } from './writable-values.js';

/** A request body that can be sent (OAS 3.1.1, section 4.8.13). */
export interface RequestBody {
  /** the value of the `content-type` header, without a boundary; may be a range that the content decides */
  readonly mediaType: string;
  readonly kind: BodyKind;
  readonly required: boolean;
  readonly description: string | undefined;
  readonly schema: Located;
  readonly pointer: string;
  /** a text that the document gives as an example of the body */
  readonly example: string | undefined;
  /** the fields of a form that have their own style, or whose content is JSON */
  readonly styled: readonly FormField[];
  /** the content types of the fields of a multipart body, from `encoding` */
  readonly contentTypes: ReadonlyMap<string, string>;
  /** the files of a multipart body */
  readonly files: readonly FileField[];
  /** whether the arguments of a call are the body itself, and not its member `body` ({@link ARGUMENTS_EXTENSION}) */
  readonly isWhole: boolean;
}

/** An extension of operations: `body` makes the arguments of a call the body itself. It needs an operation without parameters. */
const ARGUMENTS_EXTENSION = 'x-countersign-arguments';

/** Methods whose bodies have no defined meaning (RFC 9110, section 9.3); many clients do not send them. */
const METHODS_WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Reads the request body of an operation. Returns `undefined` if there is none, or, with a finding, if it cannot be sent. */
export function readRequestBody(
  document: OpenApiDocument,
  operation: Located<JsonObject>,
  method: string,
  findings: OperationFindings,
): RequestBody | undefined {
  const root = document.json;
  const value = member(operation.value, 'requestBody');
  if (value === undefined) return undefined;
  const found = resolve(root, { value, pointer: pointerTo(operation.pointer, 'requestBody') });
  if ('code' in found) return void findings.reject(found.code, found.message, found.pointer);
  if (!isObject(found.value))
    return void findings.reject('invalid_structure', '"requestBody" must be an object', found.pointer);
  const required = member(found.value, 'required') === true;
  const unsupported = (what: string) =>
    findings.unsupported(required, 'unsupported_body', `the request body ${what}`, found.pointer);
  if (METHODS_WITHOUT_BODY.has(method)) return void unsupported(`cannot be sent with ${method}`);
  const content = objectMember(found.value, 'content') ?? {};
  const chosen = chooseMediaType(root, content, pointerTo(found.pointer, 'content'));
  if (chosen === undefined) {
    const offered = Object.keys(content).join(', ') || 'none';
    const hint = /form/i.test(offered) ? '; the schema of a form must allow an object' : '';
    return void unsupported(`has no media type that can be sent (it offers ${offered}${hint})`);
  }
  const { preferred, mediaType } = chosen;
  if ('code' in mediaType) return void findings.reject(mediaType.code, mediaType.message, mediaType.pointer);
  const description = stringMember(found.value, 'description');
  const isWhole = member(operation.value, ARGUMENTS_EXTENSION) === 'body';
  const read = readMediaType(document, preferred, mediaType, findings);
  return { required, description, pointer: found.pointer, isWhole, ...read };
}

/** The types of the values that can be written as a form. */
const FORM_TYPES: Partial<Record<BodyKind, readonly ('object' | 'string')[]>> = {
  form: ['object', 'string'],
  multipart: ['object'],
};

/** Chooses the preferred media type of a body whose schema allows a value that can be written. */
function chooseMediaType(
  root: JsonObject,
  content: JsonObject,
  pointer: string,
): { preferred: PreferredMediaType; mediaType: ReturnType<typeof resolve> } | undefined {
  const names = new Set(Object.keys(content));
  for (;;) {
    const preferred = preferredMediaType([...names]);
    if (preferred === undefined) return undefined;
    const { declared, kind } = preferred;
    const place = pointerTo(pointer, declared);
    const mediaType = resolve(root, { value: member(content, declared) ?? {}, pointer: place });
    if ('code' in mediaType) return { preferred, mediaType };
    const schema = { value: member(mediaType.value, 'schema') ?? {}, pointer: pointerTo(mediaType.pointer, 'schema') };
    const types = FORM_TYPES[kind];
    if (types === undefined || allowsTypeOf(root, schema, types)) return { preferred, mediaType };
    names.delete(declared);
  }
}

/** Reads a Media Type Object (OAS 3.1.1, section 4.8.14). */
function readMediaType(
  { json: root, version }: OpenApiDocument,
  { declared, kind: usual }: PreferredMediaType,
  { value, pointer }: Located,
  findings: OperationFindings,
): Omit<RequestBody, 'required' | 'description' | 'pointer' | 'isWhole'> {
  const schema = { value: member(value, 'schema') ?? {}, pointer: pointerTo(pointer, 'schema') };
  const encoding = objectMember(value, 'encoding') ?? {};
  warnAboutPartHeaders(encoding, pointer, findings);
  const isRange = declared.includes('*');
  // A range allows JSON, or binary content if its schema describes a file.
  const kind = isRange && isFile(root, schema) ? 'binary' : usual;
  return {
    kind,
    mediaType: isRange ? (RANGE_DEFAULTS[kind] ?? declared.trim()) : declared.trim(),
    schema,
    example: kind === 'text' ? exampleText(root, value) : undefined,
    styled: styledFields({ kind, encodings: encoding, version, pointer, root, schema }, findings),
    contentTypes: kind === 'multipart' ? contentTypes(encoding) : new Map(),
    files: kind === 'multipart' ? fileFields(root, schema, encoding) : [],
  };
}

/** Longer texts would crowd out the rest of a tool. */
const MAX_EXAMPLE_LENGTH = 1500;

/** Returns the first example of a Media Type Object that is a text (OAS 3.1.1, section 4.8.14; `serializedValue` of 3.2). */
function exampleText(root: JsonObject, mediaType: JsonValue): string | undefined {
  const named = Object.values(objectMember(mediaType, 'examples') ?? {}).map((value) => {
    const found = resolve(root, { value, pointer: '' });
    return 'code' in found ? undefined : (member(found.value, 'serializedValue') ?? member(found.value, 'value'));
  });
  const isShort = (example: JsonValue | undefined): example is string =>
    typeof example === 'string' && example.length <= MAX_EXAMPLE_LENGTH;
  return [member(mediaType, 'example'), ...named].find(isShort);
}

/** The media types that are sent for a range; binary content has its own. */
const RANGE_DEFAULTS: Partial<Record<BodyKind, string>> = {
  json: 'application/json',
  multipart: 'multipart/form-data',
  text: 'text/plain',
};
