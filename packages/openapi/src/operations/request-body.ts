import { type JsonObject, type Located, isObject, member, objectMember, pointerTo, stringMember } from '../document/json.js';
import { type FileField, fileFields, isFile } from './files.js';
import { type BodyKind, type PreferredMediaType, preferredMediaType } from './media-types.js';
import { type OperationNotes } from './operation-notes.js';
import { type Parameter, type ParameterStyle } from './parameters.js';
import { resolve } from '../document/references.js';

/** How a field of a form is written, where its `encoding` says so (OAS 3.1.1, section 4.8.15). */
export type FormField = Pick<Parameter, 'name' | 'style' | 'explode' | 'allowReserved' | 'content' | 'pointer'>;

/** A request body that can be sent (OAS 3.1.1, section 4.8.13). */
export interface RequestBody {
  /** goes into the `content-type` header, but for what depends on the content: a boundary, or what a range leaves open */
  readonly mediaType: string;
  readonly kind: BodyKind;
  readonly required: boolean;
  readonly description: string | undefined;
  readonly schema: Located;
  /** of a form: the fields that are written in a style of their own */
  readonly styled: readonly FormField[];
  /** of a multipart body: the content types of its fields, as `encoding` lists them */
  readonly contentTypes: ReadonlyMap<string, string>;
  /** of a multipart body */
  readonly files: readonly FileField[];
}

/** What a body of these methods means is not defined (RFC 9110, section 9.3), and many clients refuse to send one. */
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The request body of an operation, or nothing where it has none or none that can be sent, which is noted. */
export function readRequestBody(
  root: JsonObject,
  operation: Located<JsonObject>,
  method: string,
  notes: OperationNotes,
): RequestBody | undefined {
  const value = member(operation.value, 'requestBody');
  if (value === undefined) return undefined;
  const found = resolve(root, { value, pointer: pointerTo(operation.pointer, 'requestBody') });
  if ('code' in found) return void notes.refuse(found.code, found.message, found.pointer);
  if (!isObject(found.value)) return undefined;
  const required = member(found.value, 'required') === true;
  const lose = (what: string) => notes.lose(required, 'unsupported_body', `the request body ${what}`, found.pointer);
  if (WITHOUT_BODY.has(method)) return void lose(`of a ${method} cannot be sent`);
  const content = objectMember(found.value, 'content') ?? {};
  const preferred = preferredMediaType(Object.keys(content));
  if (preferred === undefined)
    return void lose(`has no media type that can be sent, only ${Object.keys(content).join(', ') || 'none'}`);
  const description = stringMember(found.value, 'description');
  const place = pointerTo(found.pointer, 'content', preferred.declared);
  const mediaType = resolve(root, { value: member(content, preferred.declared) ?? {}, pointer: place });
  if ('code' in mediaType) return void notes.refuse(mediaType.code, mediaType.message, mediaType.pointer);
  return { required, description, ...readMediaType(root, preferred, mediaType, notes) };
}

/** A Media Type Object (OAS 3.1.1, section 4.8.14). */
function readMediaType(
  root: JsonObject,
  { declared, kind: usual }: PreferredMediaType,
  { value, pointer }: Located,
  notes: OperationNotes,
): Omit<RequestBody, 'required' | 'description'> {
  const schema = { value: member(value, 'schema') ?? {}, pointer: pointerTo(pointer, 'schema') };
  const encoding = objectMember(value, 'encoding') ?? {};
  noteHeaders(encoding, pointer, notes);
  const isRange = declared.includes('*');
  // A range allows JSON, and bytes where those are what its schema describes.
  const kind = isRange && isFile(root, schema) ? 'binary' : usual;
  return {
    kind,
    mediaType: isRange ? (INSTEAD_OF_RANGE[kind] ?? declared.trim()) : declared.trim(),
    schema,
    styled: kind === 'form' || kind === 'multipart' ? styledFields(encoding, pointer, notes) : [],
    contentTypes: kind === 'multipart' ? contentTypes(encoding) : new Map(),
    files: kind === 'multipart' ? fileFields(root, schema, encoding) : [],
  };
}

/** The headers of a part (OAS 3.1.1, section 4.8.15.1.1): there is no argument that they could come from. */
function noteHeaders(encodings: JsonObject, pointer: string, notes: OperationNotes): void {
  for (const [name, encoding] of Object.entries(encodings)) {
    if (objectMember(encoding, 'headers') === undefined) continue;
    const place = pointerTo(pointer, 'encoding', name, 'headers');
    notes.warn('unsupported_part_headers', `the headers of the field "${name}" are not sent`, place);
  }
}

/** What is sent where a document leaves it open with `*`; of bytes their own type tells. */
const INSTEAD_OF_RANGE: Partial<Record<BodyKind, string>> = {
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

/** `encoding` counts where it names a style, or what goes with one; otherwise the content type decides (OAS 3.1.1, 4.8.15.1.2). */
function styledFields(encodings: JsonObject, pointer: string, notes: OperationNotes): FormField[] {
  return Object.entries(encodings).flatMap(([name, encoding]) => {
    if (!isObject(encoding) || !['style', 'explode', 'allowReserved'].some((key) => key in encoding)) return [];
    const style = stringMember(encoding, 'style') ?? 'form';
    if (!isStyle(style)) {
      notes.warn('unsupported_body', `the style "${style}" of the field "${name}" is not known; form is used`, pointer);
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
