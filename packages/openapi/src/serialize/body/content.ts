import { type JsonValue } from '../../document/json.js';
import { type Notices } from '../empty-values.js';

/** A serialized body. */
export interface Content {
  readonly contentType: string;
  readonly body: string | Uint8Array;
  /** the number of bytes that belong to files */
  readonly fileBytes: number;
}

/** A link to a file, which must be fetched before the request is sent. */
export interface FileLink {
  readonly url: string;
  /** a JSON pointer into the arguments */
  readonly pointer: string;
}

export interface FetchedFile {
  /** used if the argument has no name */
  readonly name: string | undefined;
  readonly bytes: Uint8Array;
  /** from the response to the link, if it has one */
  readonly mimeType: string | undefined;
}

/** A body whose files must be fetched first. */
export interface PendingContent {
  readonly links: readonly FileLink[];
  /** @param files one for each link */
  complete(files: readonly FetchedFile[]): Content;
}

/** Serializes the body of a request. @throws {InvalidArgumentsError} the content is invalid for the media type */
export type BodyWriter = (content: JsonValue, notices: Notices) => Content | PendingContent;

/** A file of a body: its bytes, or a link to them. */
export interface BodyFile {
  readonly name: string | undefined;
  readonly mimeType: string | undefined;
  /** the media type of its data URL, which is used if nothing else says one */
  readonly dataType?: string | undefined;
  readonly source: Uint8Array | FileLink;
}

/** A file of a body with its bytes. */
export interface ReadFile {
  readonly name: string | undefined;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

/** Builds content from files, immediately if none has to be fetched. */
export function buildContent(
  files: readonly BodyFile[],
  write: (files: readonly ReadFile[]) => Content,
): Content | PendingContent {
  const links = files.flatMap(({ source }) => (isLink(source) ? [source] : []));
  if (links.length === 0) return write(files.map((file) => readFile(file, undefined)));
  return {
    links,
    complete(fetched) {
      const all = fetched.values();
      return write(files.map((file) => readFile(file, isLink(file.source) ? all.next().value : undefined)));
    },
  };
}

function readFile({ name, mimeType, dataType, source }: BodyFile, fetched: FetchedFile | undefined): ReadFile {
  const bytes = isLink(source) ? (fetched?.bytes ?? new Uint8Array()) : source;
  const type = mimeType ?? dataType ?? fetched?.mimeType ?? 'application/octet-stream';
  return { name: name ?? fetched?.name, mimeType: type, bytes };
}

function isLink(source: Uint8Array | FileLink): source is FileLink {
  return !(source instanceof Uint8Array);
}
