import { type JsonObject, type Located, member, objectMember, pointerTo, stringMember } from '../document/json.js';
import { composedSchemas } from '../document/composed-schemas.js';
import { resolve } from '../document/references.js';
import { isJson, isText } from './media-types.js';

/** A field of a multipart body that holds a file or a list of files. */
export interface FileField {
  readonly name: string;
  /** the pointer of the schema that describes one file */
  readonly pointer: string;
}

/** The name under which ChatGPT sends the files of a conversation. */
export const FILE_REFERENCES = 'openaiFileIdRefs';

/**
 * Finds the fields of a body that are files: strings with the format `binary` (OAS 3.0.4, section 4.7.14.2), with a `contentMediaType` and no
 * `contentEncoding` (OAS 3.1.1, section 4.8.14.3), or with a binary content type in `encoding`.
 */
export function fileFields(root: JsonObject, schema: Located, encoding: JsonObject): FileField[] {
  const fields: FileField[] = [];
  for (const { value, pointer } of composedSchemas(root, schema, ['allOf', 'anyOf', 'oneOf'])) {
    for (const [name, property] of Object.entries(objectMember(value, 'properties') ?? {})) {
      const place = { value: property, pointer: pointerTo(pointer, 'properties', name) };
      const contentType = stringMember(member(encoding, name), 'contentType');
      const file = filePointer(root, place, name === FILE_REFERENCES || isBinaryType(contentType));
      if (file !== undefined) fields.push({ name, pointer: file });
    }
  }
  return fields;
}

/** Returns whether a schema describes a file. */
export function isFile(root: JsonObject, schema: Located): boolean {
  return filePointer(root, schema, false) === schema.pointer;
}

/** Returns the pointer of the schema of a file: that of the property, or of the items of its list. */
function filePointer(root: JsonObject, property: Located, isKnownBinary: boolean): string | undefined {
  const { value, pointer } = resolveOrEmpty(root, property);
  const items = member(value, 'items');
  const isList = items !== undefined || member(value, 'type') === 'array';
  if (!isList) return isBinary(value, isKnownBinary) ? property.pointer : undefined;
  const item = { value: items ?? {}, pointer: pointerTo(pointer, 'items') };
  return isBinary(resolveOrEmpty(root, item).value, isKnownBinary) ? item.pointer : undefined;
}

function isBinary(schema: Located['value'], isKnownBinary: boolean): boolean {
  const type = member(schema, 'type') ?? 'string';
  if (type === 'file') return true;
  if (![type].flat().includes('string') || stringMember(schema, 'contentEncoding') !== undefined) return false;
  const isFormat = /^(?:binary|file)$/.test(stringMember(schema, 'format') ?? '');
  return isKnownBinary || isFormat || isBinaryType(stringMember(schema, 'contentMediaType'));
}

function isBinaryType(list: string | undefined): boolean {
  return list !== undefined && !list.split(',').some((each) => isJson(each) || isText(each));
}

function resolveOrEmpty(root: JsonObject, place: Located): Located {
  const found = resolve(root, place);
  return 'code' in found ? { value: {}, pointer: place.pointer } : found;
}
