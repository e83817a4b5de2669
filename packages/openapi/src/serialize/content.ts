import { type JsonValue } from '../document/json.js';

/** A body as it is sent. */
export interface Content {
  readonly contentType: string;
  readonly body: string | Uint8Array;
  /** how many bytes of the body are files' */
  readonly fileBytes: number;
}

/** A file that an argument gives by a link, to be fetched before the request is sent. */
export interface FileLink {
  readonly url: string;
  /** a JSON pointer into the arguments */
  readonly pointer: string;
}

export interface FetchedFile {
  /** for a file that has none among the arguments */
  readonly name: string | undefined;
  readonly bytes: Uint8Array;
  /** as the server of the link said, if it did */
  readonly mimeType: string | undefined;
}

/** A body that waits for files. */
export interface PendingContent {
  readonly links: readonly FileLink[];
  /** @param files one for each link */
  complete(files: readonly FetchedFile[]): Content;
}

/** Writes the body of a request. @throws {InvalidArgumentsError} its media type cannot carry the content */
export type BodyWriter = (content: JsonValue) => Content | PendingContent;

/** A file of a body: its bytes, or where to fetch them. */
export interface BodyFile {
  readonly name: string | undefined;
  readonly mimeType: string | undefined;
  readonly source: Uint8Array | FileLink;
}

/** Bytes of a file, fetched where need be, and what they are. */
export interface ReadFile {
  readonly name: string | undefined;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

/** Makes content of files: at once where all of them are there, else when they have been fetched. */
export function contentOf(
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

function readFile({ name, mimeType, source }: BodyFile, fetched: FetchedFile | undefined): ReadFile {
  const bytes = isLink(source) ? (fetched?.bytes ?? new Uint8Array()) : source;
  return { name: name ?? fetched?.name, mimeType: mimeType ?? fetched?.mimeType ?? 'application/octet-stream', bytes };
}

function isLink(source: Uint8Array | FileLink): source is FileLink {
  return !(source instanceof Uint8Array);
}
