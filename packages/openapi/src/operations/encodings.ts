import { type OpenApiVersion } from '../document/document.js';
import { composedSchemas } from '../document/composed-schemas.js';
import {
  type JsonObject,
  type Located,
  isObject,
  member,
  objectMember,
  pointerTo,
  stringMember,
} from '../document/json.js';
import { type BodyKind, prefersJson } from './media-types.js';
import { type OperationFindings } from './operation-findings.js';
import { type Parameter, type ParameterStyle, UNSENDABLE } from './parameters.js';
import { allowsFlatValue } from './writable-values.js';

/** The serialization of a form field, from its `encoding` (OAS 3.1.1, section 4.8.15). */
export type FormField = Pick<
  Parameter,
  'name' | 'style' | 'explode' | 'allowReserved' | 'content' | 'required' | 'ifEmpty' | 'pointer'
>;

/** Warns that headers of parts (OAS 3.1.1, section 4.8.15.1.1) are not sent: no argument sets them. */
export function warnAboutPartHeaders(encodings: JsonObject, pointer: string, findings: OperationFindings): void {
  for (const [name, encoding] of Object.entries(encodings)) {
    if (objectMember(encoding, 'headers') === undefined) continue;
    const place = pointerTo(pointer, 'encoding', name, 'headers');
    findings.warn('unsupported_part_headers', `the headers of the field "${name}" are not sent`, place);
  }
}

/** Reads the content types of fields. */
export function contentTypes(encoding: JsonObject): Map<string, string> {
  const types = new Map<string, string>();
  for (const [name, value] of Object.entries(encoding)) {
    const contentType = stringMember(value, 'contentType');
    if (contentType !== undefined) types.set(name, contentType);
  }
  return types;
}

/** The `encoding` of a media type. */
interface Encodings {
  readonly kind: BodyKind;
  readonly version: OpenApiVersion;
  readonly encodings: JsonObject;
  /** the pointer of the media type */
  readonly pointer: string;
  readonly root: JsonObject;
  /** the schema of the whole form */
  readonly schema: Located;
}

/** Reads the fields of a form that have a style, or whose content is JSON; the others are sent by default. */
export function styledFields(
  { kind, version, encodings, pointer, root, schema }: Encodings,
  findings: OperationFindings,
): FormField[] {
  const ignore = (name: string, reason: string) => {
    const message = `the style of the field "${name}" is ignored: ${reason}`;
    findings.warn('ignored_style', message, pointerTo(pointer, 'encoding', name));
    return [];
  };
  if (kind !== 'form' && kind !== 'multipart') return [];
  return Object.entries(encodings).flatMap(([name, encoding]) => {
    if (!isObject(encoding) || UNSENDABLE.test(name)) return [];
    if (!hasStyle(encoding)) return kind === 'form' ? jsonField(name, encoding, pointer) : [];
    if (kind === 'multipart' && version === '3.0')
      return ignore(name, 'in OpenAPI 3.0, only urlencoded forms have styles');
    const isNested = member(encoding, 'style') !== 'deepObject' && !isFieldFlat(root, schema, name);
    if (isNested) return ignore(name, 'its schema only allows nested values, which are sent as JSON');
    return styledField(name, encoding, pointer, findings);
  });
}

/** Returns whether the schemas of a field allow a value that a style can write. */
function isFieldFlat(root: JsonObject, schema: Located, name: string): boolean {
  return composedSchemas(root, schema, ['allOf', 'anyOf', 'oneOf']).every(({ value, pointer }) => {
    const property = member(objectMember(value, 'properties'), name);
    const place = pointerTo(pointer, 'properties', name);
    return property === undefined || allowsFlatValue(root, { value: property, pointer: place });
  });
}

const STYLES: readonly string[] = ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'] satisfies ParameterStyle[];

/** Returns whether a field has a style or an option of one; otherwise its content type decides (OAS 3.1.1, section 4.8.15.1.2). */
function hasStyle(encoding: JsonObject): boolean {
  return ['style', 'explode', 'allowReserved'].some((key) => key in encoding);
}

function styledField(name: string, encoding: JsonObject, pointer: string, findings: OperationFindings): FormField[] {
  const style = stringMember(encoding, 'style') ?? 'form';
  if (!isStyle(style)) {
    const message = `the style "${style}" of the field "${name}" is not supported and is ignored`;
    findings.warn('unsupported_body', message, pointer);
    return [];
  }
  const explode = member(encoding, 'explode');
  return [
    {
      ...plainField(name, pointer),
      style,
      explode: typeof explode === 'boolean' ? explode : style === 'form',
      allowReserved: member(encoding, 'allowReserved') === true,
    },
  ];
}

/** Reads a field of a urlencoded form whose content type is JSON; other types are sent as without one. */
function jsonField(name: string, encoding: JsonObject, pointer: string): FormField[] {
  const isJsonField = prefersJson(stringMember(encoding, 'contentType') ?? '');
  return isJsonField ? [{ ...plainField(name, pointer), content: 'json' }] : [];
}

function plainField(name: string, pointer: string): FormField {
  return {
    name,
    style: 'form',
    explode: true,
    allowReserved: false,
    content: undefined,
    required: false,
    ifEmpty: 'omit',
    pointer,
  };
}

function isStyle(style: string): style is ParameterStyle {
  return STYLES.includes(style);
}
