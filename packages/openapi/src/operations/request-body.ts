import {
  type JsonObject,
  type Located,
  isObject,
  member,
  objectMember,
  pointerTo,
  stringMember,
} from '../document/json.js';
import { type FileField, fileFields, isFile } from './files.js';
import { type BodyKind, type PreferredMediaType, preferredMediaType } from './media-types.js';
import { type OperationFindings } from './operation-findings.js';
import { type Parameter, type ParameterStyle } from './parameters.js';
import { resolve } from '../document/references.js';

/** The serialization of a form field, from its `encoding` (OAS 3.1.1, section 4.8.15). */
export type FormField = Pick<Parameter, 'name' | 'style' | 'explode' | 'allowReserved' | 'content' | 'pointer'>;

/** A request body that can be sent (OAS 3.1.1, section 4.8.13). */
export interface RequestBody {
  /** the value of the `content-type` header, without a boundary; may be a range that the content decides */
  readonly mediaType: string;
  readonly kind: BodyKind;
  readonly required: boolean;
  readonly description: string | undefined;
  readonly schema: Located;
  /** the fields of a form that have their own style */
  readonly styled: readonly FormField[];
  /** the content types of the fields of a multipart body, from `encoding` */
  readonly contentTypes: ReadonlyMap<string, string>;
  /** the files of a multipart body */
  readonly files: readonly FileField[];
}

/** Methods whose bodies have no defined meaning (RFC 9110, section 9.3); many clients do not send them. */
const METHODS_WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Reads the request body of an operation. Returns `undefined` if there is none, or, with a finding, if it cannot be sent. */
export function readRequestBody(
  root: JsonObject,
  operation: Located<JsonObject>,
  method: string,
  findings: OperationFindings,
): RequestBody | undefined {
  const value = member(operation.value, 'requestBody');
  if (value === undefined) return undefined;
  const found = resolve(root, { value, pointer: pointerTo(operation.pointer, 'requestBody') });
  if ('code' in found) return void findings.reject(found.code, found.message, found.pointer);
  if (!isObject(found.value)) return undefined;
  const required = member(found.value, 'required') === true;
  const unsupported = (what: string) =>
    findings.unsupported(required, 'unsupported_body', `the request body ${what}`, found.pointer);
  if (METHODS_WITHOUT_BODY.has(method)) return void unsupported(`cannot be sent with ${method}`);
  const content = objectMember(found.value, 'content') ?? {};
  const preferred = preferredMediaType(Object.keys(content));
  if (preferred === undefined) {
    const offered = Object.keys(content).join(', ') || 'none';
    return void unsupported(`has no media type that can be sent (it offers ${offered})`);
  }
  const description = stringMember(found.value, 'description');
  const place = pointerTo(found.pointer, 'content', preferred.declared);
  const mediaType = resolve(root, { value: member(content, preferred.declared) ?? {}, pointer: place });
  if ('code' in mediaType) return void findings.reject(mediaType.code, mediaType.message, mediaType.pointer);
  return { required, description, ...readMediaType(root, preferred, mediaType, findings) };
}

/** Reads a Media Type Object (OAS 3.1.1, section 4.8.14). */
function readMediaType(
  root: JsonObject,
  { declared, kind: usual }: PreferredMediaType,
  { value, pointer }: Located,
  findings: OperationFindings,
): Omit<RequestBody, 'required' | 'description'> {
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
    styled: kind === 'form' || kind === 'multipart' ? styledFields(encoding, pointer, findings) : [],
    contentTypes: kind === 'multipart' ? contentTypes(encoding) : new Map(),
    files: kind === 'multipart' ? fileFields(root, schema, encoding) : [],
  };
}

/** Warns that headers of parts (OAS 3.1.1, section 4.8.15.1.1) are not sent: no argument sets them. */
function warnAboutPartHeaders(encodings: JsonObject, pointer: string, findings: OperationFindings): void {
  for (const [name, encoding] of Object.entries(encodings)) {
    if (objectMember(encoding, 'headers') === undefined) continue;
    const place = pointerTo(pointer, 'encoding', name, 'headers');
    findings.warn('unsupported_part_headers', `the headers of the field "${name}" are not sent`, place);
  }
}

/** The media types that are sent for a range; binary content has its own. */
const RANGE_DEFAULTS: Partial<Record<BodyKind, string>> = {
  json: 'application/json',
  multipart: 'multipart/form-data',
  text: 'text/plain',
};

function contentTypes(encoding: JsonObject): Map<string, string> {
  const types = new Map<string, string>();
  for (const [name, value] of Object.entries(encoding)) {
    const contentType = stringMember(value, 'contentType');
    if (contentType !== undefined) types.set(name, contentType);
  }
  return types;
}

const STYLES: readonly string[] = ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'] satisfies ParameterStyle[];

/** Reads the fields whose `encoding` has a style or an option of one; for others the content type decides (OAS 3.1.1, section 4.8.15.1.2). */
function styledFields(encodings: JsonObject, pointer: string, findings: OperationFindings): FormField[] {
  return Object.entries(encodings).flatMap(([name, encoding]) => {
    if (!isObject(encoding) || !['style', 'explode', 'allowReserved'].some((key) => key in encoding)) return [];
    const style = stringMember(encoding, 'style') ?? 'form';
    if (!isStyle(style)) {
      const message = `the style "${style}" of the field "${name}" is not supported; form is used instead`;
      findings.warn('unsupported_body', message, pointer);
      return [];
    }
    const explode = member(encoding, 'explode');
    return {
      name,
      style,
      explode: typeof explode === 'boolean' ? explode : style === 'form',
      allowReserved: member(encoding, 'allowReserved') === true,
      content: undefined,
      pointer,
    };
  });
}

function isStyle(style: string): style is ParameterStyle {
  return STYLES.includes(style);
}
