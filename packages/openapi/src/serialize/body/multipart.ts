import { randomBytes } from 'node:crypto';
import { type JsonValue, isContainer, isObject, pointerTo } from '../../document/json.js';
import { stringifyExactly } from '../../numbers/exact-number.js';
import { mediaTypeEssence, firstConcreteType, isMediaTypeAllowed, prefersJson } from '../../operations/media-types.js';
import { type FormField } from '../../operations/encodings.js';
import { type RequestBody } from '../../operations/request-body.js';
import { type BodyFile, type BodyWriter, type ReadFile, buildContent } from './content.js';
import { deepLeaves } from '../deep-leaves.js';
import { type Notices, omitEmptyField } from '../empty-values.js';
import { pieces, scalarText, invalidArgument } from '../encode.js';
import { assertDistinctFields } from './field-names.js';
import { parseFile } from './file.js';

/** A part of a body: text, with a content type unless it is plain text, or a file (RFC 7578, section 4). */
type Part = { name: string; text: string; contentType?: string | undefined } | FilePart;

interface FilePart {
  name: string;
  file: BodyFile;
  /** the content types that `encoding` allows */
  allowed: string | undefined;
}

const BODY = '/body';

/**
 * Compiles the serialization of `multipart/form-data` (RFC 7578; OAS 3.1.1, section 4.8.15.1). A list has a part for each item; by default an
 * object is sent as JSON, and a scalar as text.
 */
export function multipartWriter({ mediaType, styled, contentTypes, files }: RequestBody): BodyWriter {
  const styles = new Map(styled.map((field) => [field.name, field]));
  const fileNames = new Set(files.map(({ name }) => name));
  const partsOf = (name: string, value: JsonValue, pointer: string, notices: Notices): Part[] => {
    if (value === null) return [];
    const style = styles.get(name);
    const allowed = contentTypes.get(name);
    if (style !== undefined && !fileNames.has(name)) return styledParts(style, value, pointer, notices);
    if (allowed !== undefined && prefersJson(allowed) && !fileNames.has(name)) return [jsonPart(name, value, allowed)];
    if (Array.isArray(value)) {
      return value.flatMap((item, index) =>
        Array.isArray(item) ? [jsonPart(name, item, allowed)] : partsOf(name, item, pointerTo(pointer, index), notices),
      );
    }
    if (fileNames.has(name)) return [filePart(name, value, allowed, pointer)];
    return [isObject(value) ? jsonPart(name, value, allowed) : textPart(name, value, allowed, pointer)];
  };
  const fieldParts = (name: string, value: JsonValue, notices: Notices): Part[] => {
    const pointer = pointerTo(BODY, name);
    const parts = partsOf(name, value, pointer, notices);
    if (parts.length === 0 && value !== null) omitEmptyField(pointer, notices);
    return parts;
  };
  return (body, notices) => {
    if (!isObject(body))
      throw invalidArgument(BODY, 'must be an object, because each of its properties is a part of the form');
    assertDistinctFields(styles, body, BODY);
    const parts = Object.entries(body).flatMap(([name, value]) => fieldParts(name, value, notices));
    const fileParts = parts.filter((part) => 'file' in part);
    return buildContent(
      fileParts.map(({ file }) => file),
      (read) => {
        const boundary = `boundary-${randomBytes(18).toString('hex')}`;
        const readParts = new Map(fileParts.map((part, index) => [part as Part, read[index] as ReadFile]));
        const bytes = Buffer.concat([
          ...parts.flatMap((part) => partBytes(part, boundary, readParts.get(part))),
          Buffer.from(`--${boundary}--\r\n`),
        ]);
        const fileBytes = read.reduce((sum, file) => sum + file.bytes.length, 0);
        return { contentType: `${mediaTypeEssence(mediaType)}; boundary=${boundary}`, body: bytes, fileBytes };
      },
    );
  };
}

function filePart(name: string, value: JsonValue, allowed: string | undefined, pointer: string): FilePart {
  const file = parseFile(value, pointer);
  if (allowed !== undefined) {
    if (file.mimeType !== undefined && !isMediaTypeAllowed(file.mimeType, allowed))
      throw invalidArgument(pointerTo(pointer, 'mime_type'), `must be ${allowed}`);
    const isRange = firstConcreteType(allowed) === undefined;
    if (isRange && file.dataType !== undefined && !isMediaTypeAllowed(file.mimeType ?? file.dataType, allowed))
      throw invalidArgument(pointer, `must be ${allowed}`);
  }
  return { name, file, allowed };
}

function jsonPart(name: string, value: JsonValue, allowed: string | undefined): Part {
  return {
    name,
    text: stringifyExactly(value),
    contentType: (allowed && firstConcreteType(allowed)) ?? 'application/json',
  };
}

function textPart(name: string, value: JsonValue, contentType: string | undefined, pointer: string): Part {
  return { name, text: scalarText(value, pointer) ?? '', contentType: contentType && firstConcreteType(contentType) };
}

const JOINERS: Partial<Record<FormField['style'], string>> = { spaceDelimited: ' ', pipeDelimited: '|' };

/**
 * Serializes a field with a style (OAS 3.1.1, section 4.8.15.1.2): each pair of the equivalent query becomes a part, without percent-encoding
 * (RFC 7578, section 5.1).
 */
function styledParts({ name, style, explode }: FormField, value: JsonValue, pointer: string, notices: Notices): Part[] {
  if (style === 'deepObject' && isContainer(value)) return deepParts(name, value, pointer, notices);
  if (explode && isObject(value)) {
    return Object.entries(value).flatMap(([key, item]) => {
      const text = scalarText(item, pointerTo(pointer, key));
      return text === undefined ? [] : [{ name: key, text }];
    });
  }
  if (explode || !isContainer(value)) {
    return pieces(value, false, (text) => text, pointer).map((text) => ({ name, text }));
  }
  const joiner = JOINERS[style] ?? ',';
  const items = pieces(value, false, (text, place) => undelimited(text, joiner, place), pointer);
  return items.length === 0 ? [] : [{ name, text: items.join(joiner) }];
}

function deepParts(name: string, value: JsonValue, pointer: string, notices: Notices): Part[] {
  return deepLeaves(name, value, pointer).flatMap((leaf) => {
    const text = scalarText(leaf.value, leaf.pointer);
    if (text !== undefined) return [{ name: leaf.name, text }];
    // The caller reports a field that is empty as a whole.
    if (leaf.pointer !== pointer) omitEmptyField(leaf.pointer, notices);
    return [];
  });
}

/** Items are not encoded, so they must not contain what separates them. */
function undelimited(text: string, joiner: string, pointer: string): string {
  if (!text.includes(joiner)) return text;
  throw invalidArgument(pointer, `must not contain "${joiner}", which separates the items of this field`);
}

function partBytes(part: Part, boundary: string, file: ReadFile | undefined): Uint8Array[] {
  const head = (parameters: string, contentType: string | undefined) =>
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(part.name)}"${parameters}\r\n` +
        `${contentType === undefined ? '' : `Content-Type: ${contentType}\r\n`}\r\n`,
    );
  const end = Buffer.from('\r\n');
  if ('text' in part) return [head('', part.contentType), Buffer.from(part.text), end];
  const filename = `; filename="${escapeName(file?.name ?? part.name)}"`;
  return [head(filename, contentTypeOf(part, file)), file?.bytes ?? Buffer.alloc(0), end];
}

/** Returns the content type of a file: as given, or that of its data URL or link if the document allows it, or what the document names. */
function contentTypeOf({ file, allowed }: FilePart, read: ReadFile | undefined): string | undefined {
  if (file.mimeType !== undefined || allowed === undefined || read === undefined)
    return file.mimeType ?? read?.mimeType;
  return isMediaTypeAllowed(read.mimeType, allowed) ? read.mimeType : (firstConcreteType(allowed) ?? read.mimeType);
}

/** Escapes a name as browsers do (HTML, "multipart form data"). */
function escapeName(name: string): string {
  return name.replace(/[\r\n"]/g, (character) => encodeURIComponent(character));
}
