import { type JsonObject, type Located, isObject, member, objectMember, pointerTo, stringMember } from '../document/json.js';
import { resolve } from '../document/references.js';
import { isJson, isText } from './media-types.js';

/** A field of a multipart body that is a file, or a list of files. */
export interface FileField {
  readonly name: string;
  /** where the schema stands that describes one file */
  readonly pointer: string;
}

/** The name that ChatGPT gives to the files of a conversation. */
export const FILE_REFERENCES = 'openaiFileIdRefs';

/** How many schemas a schema may be put together from before we stop looking for files in them. */
const MOST_PARTS = 100;

/**
 * The fields of a body that are files: strings of the format `binary` (OAS 3.0.4, section 4.7.14.2), of a `contentMediaType` and no
 * `contentEncoding` (OAS 3.1.1, section 4.8.14.3), or of a part whose `encoding` has a content type that is no text.
 */
export function fileFields(root: JsonObject, schema: Located, encoding: JsonObject): FileField[] {
  const fields: FileField[] = [];
  for (const { value, pointer } of parts(root, schema)) {
    for (const [name, property] of Object.entries(objectMember(value, 'properties') ?? {})) {
      const place = { value: property, pointer: pointerTo(pointer, 'properties', name) };
      const contentType = stringMember(member(encoding, name), 'contentType');
      const file = fileAt(root, place, name === FILE_REFERENCES || isBinaryType(contentType));
      if (file !== undefined) fields.push({ name, pointer: file });
    }
  }
  return fields;
}

/** Whether a schema describes bytes. */
export function isFile(root: JsonObject, schema: Located): boolean {
  return fileAt(root, schema, false) === schema.pointer;
}

/** The schemas that a schema is put together from: itself, what it refers to, and its `allOf`, `anyOf` and `oneOf`. */
function parts(root: JsonObject, schema: Located): Located<JsonObject>[] {
  const found: Located<JsonObject>[] = [];
  const seen = new Set<string>();
  const waiting = [schema];
  for (const place of waiting) {
    const { value, pointer } = resolved(root, place);
    if (!isObject(value) || seen.has(pointer) || seen.size === MOST_PARTS) continue;
    seen.add(pointer);
    found.push({ value, pointer });
    for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
      const list = member(value, keyword);
      if (!Array.isArray(list)) continue;
      waiting.push(...list.map((part, index) => ({ value: part, pointer: pointerTo(pointer, keyword, index) })));
    }
  }
  return found;
}

/** Where a file is described: at the property itself, or at the items of its list. */
function fileAt(root: JsonObject, property: Located, isSurely: boolean): string | undefined {
  const { value, pointer } = resolved(root, property);
  const items = member(value, 'items');
  const isList = items !== undefined || member(value, 'type') === 'array';
  if (!isList) return isBinary(value, isSurely) ? property.pointer : undefined;
  const item = { value: items ?? {}, pointer: pointerTo(pointer, 'items') };
  return isBinary(resolved(root, item).value, isSurely) ? item.pointer : undefined;
}

function isBinary(schema: Located['value'], isSurely: boolean): boolean {
  const type = member(schema, 'type') ?? 'string';
  if (type === 'file') return true;
  if (![type].flat().includes('string') || stringMember(schema, 'contentEncoding') !== undefined) return false;
  const isFormat = /^(?:binary|file)$/.test(stringMember(schema, 'format') ?? '');
  return isSurely || isFormat || isBinaryType(stringMember(schema, 'contentMediaType'));
}

function isBinaryType(list: string | undefined): boolean {
  return list !== undefined && !list.split(',').some((each) => isJson(each) || isText(each));
}

function resolved(root: JsonObject, place: Located): Located {
  const found = resolve(root, place);
  return 'code' in found ? { value: {}, pointer: place.pointer } : found;
}
