import { randomBytes } from 'node:crypto';
import { type JsonValue, isObject, mapMembers, pointerTo } from '../../document/json.js';
import { mediaTypeEssence, firstConcreteType, isMediaTypeAllowed, isJson } from '../../operations/media-types.js';
import { type FormField, type RequestBody } from '../../operations/request-body.js';
import { type BodyFile, type BodyWriter, type ReadFile, buildContent } from './content.js';
import { scalarText, invalidArgument } from '../encode.js';
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
  const partsOf = (name: string, value: JsonValue, pointer: string): Part[] => {
    if (value === null) return [];
    const style = styles.get(name);
    const allowed = contentTypes.get(name);
    if (style !== undefined && !fileNames.has(name)) return styledParts(style, value, pointer);
    if (allowed !== undefined && isJson(allowed) && !fileNames.has(name)) return [jsonPart(name, value, allowed)];
    if (Array.isArray(value)) {
      return value.flatMap((item, index) => partsOf(name, item, pointerTo(pointer, index)));
    }
    if (fileNames.has(name)) return [filePart(name, value, allowed, pointer)];
    return [isObject(value) ? jsonPart(name, value, allowed) : textPart(name, value, allowed, pointer)];
  };
  return (body) => {
    if (!isObject(body))
      throw invalidArgument(BODY, 'must be an object, because each of its properties is a part of the form');
    const parts = Object.entries(body).flatMap(([name, value]) => partsOf(name, value, pointerTo(BODY, name)));
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
  if (allowed !== undefined && file.mimeType !== undefined && !isMediaTypeAllowed(file.mimeType, allowed)) {
    throw invalidArgument(pointerTo(pointer, 'mime_type'), `must be ${allowed}`);
  }
  return { name, file, allowed };
}

function jsonPart(name: string, value: JsonValue, allowed: string | undefined): Part {
  return {
    name,
    text: JSON.stringify(value),
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
function styledParts({ name, style, explode }: FormField, value: JsonValue, pointer: string): Part[] {
  const text = (item: JsonValue, place: string) => scalarText(item, place) ?? '';
  if (typeof value !== 'object' || value === null) return [{ name, text: text(value, pointer) }];
  if (Array.isArray(value)) {
    const items = value.map((item, index) => text(item, pointerTo(pointer, index)));
    return explode ? items.map((item) => ({ name, text: item })) : [{ name, text: items.join(JOINERS[style] ?? ',') }];
  }
  const texts: Record<string, string> = mapMembers(value, (item, key) => text(item, pointerTo(pointer, key)));
  const members = Object.entries(texts);
  if (style === 'deepObject') return members.map(([key, item]) => ({ name: `${name}[${key}]`, text: item }));
  if (explode) return members.map(([key, item]) => ({ name: key, text: item }));
  return [{ name, text: members.flat().join(JOINERS[style] ?? ',') }];
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

/** Returns the content type of a file, or else the one that the document names. */
function contentTypeOf({ file, allowed }: FilePart, read: ReadFile | undefined): string | undefined {
  return file.mimeType ?? (allowed && firstConcreteType(allowed)) ?? read?.mimeType;
}

/** Escapes a name as browsers do (HTML, "multipart form data"). */
function escapeName(name: string): string {
  return name.replace(/[\r\n"]/g, (character) => encodeURIComponent(character));
}
