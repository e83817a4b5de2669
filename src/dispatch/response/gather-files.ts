import { isObject, type JsonObject, type JsonValue, pointerTo } from '@countersign/openapi';
import type { Notice } from '../call.dto.js';
import { FETCHED_AT_ONCE } from '../files/file-fetcher.js';
import { FileLeftOutError, type FileRoom, type RawFile } from '../files/file-room.js';
import { readInlineFile } from './inline-file.js';
import { FILES_MEMBER } from './lift-contents.js';

/** As many as ChatGPT takes. */
const MOST_FILES = 10;

export const FILES_POINTER = pointerTo('/response/body', FILES_MEMBER);

export interface Gathered {
  /** In the order of the answer. */
  readonly files: readonly RawFile[];
  /** One for each file that does not come along. */
  readonly notices: readonly Notice[];
}

/**
 * Takes the files out of a JSON answer: the first ten of its `openaiFileResponse`. Their names and types take its place in the body.
 *
 * @param body is changed
 * @param contents what was lifted out of the body before it was parsed
 * @param fetchOf for so many files by their URLs: gets one of them, and throws FileLeftOutError where it cannot be had
 */
export async function gatherFiles(
  body: JsonObject,
  contents: readonly string[],
  room: FileRoom,
  fetchOf: (count: number) => (url: string) => Promise<RawFile>,
): Promise<Gathered> {
  const items = body[FILES_MEMBER];
  if (!Array.isArray(items)) return { files: [], notices: [leftOut(FILES_POINTER, 'this is no list of files')] };
  const taken: (RawFile | Notice)[] = [];
  const take = async (index: number, file: () => RawFile | Promise<RawFile>): Promise<void> => {
    try {
      taken[index] = await file();
    } catch (error) {
      if (!(error instanceof FileLeftOutError)) throw error;
      taken[index] = leftOut(pointerTo(FILES_POINTER, index), error.message);
    }
  };
  const urls: [number, string][] = [];
  for (const [index, item] of items.slice(0, MOST_FILES).entries()) {
    if (typeof item === 'string') urls.push([index, item]);
    else await take(index, () => inlineFile(item, contents, room));
  }
  const fetch = fetchOf(urls.length);
  const waiting = urls.values();
  const takeUrls = async (): Promise<void> => {
    for (const [index, url] of waiting) await take(index, () => fetch(url));
  };
  await Promise.all(Array.from({ length: FETCHED_AT_ONCE }, takeUrls));
  if (items.length > MOST_FILES) {
    const rest = `an answer may have ${MOST_FILES} files, and this one has ${items.length}`;
    taken.push(leftOut(pointerTo(FILES_POINTER, MOST_FILES), rest));
  }
  const files = taken.filter((file) => 'bytes' in file);
  body[FILES_MEMBER] = files.map(({ name, mediaType }) => ({ name, mime_type: mediaType }));
  return { files, notices: taken.filter((notice) => 'message' in notice) };
}

function inlineFile(item: JsonValue, contents: readonly string[], room: FileRoom): RawFile {
  if (!isObject(item)) throw new FileLeftOutError('a file is an object with name, mime_type and content, or a URL');
  const file = readInlineFile(item, contents);
  room.take(file.bytes.length);
  return file;
}

export function leftOut(pointer: string, why: string): Notice {
  return { pointer, message: `left out: ${why}` };
}
