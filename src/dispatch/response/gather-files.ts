import { isObject, type JsonObject, type JsonValue, pointerTo } from '@countersign/openapi';
import type { Notice } from '../call.dto.js';
import { FileOmittedError, type FileBudget, type RawFile } from '../files/file-budget.js';
import { FETCH_CONCURRENCY } from '../files/file-fetcher.js';
import { readInlineFile } from './inline-file.js';
import { FILES_MEMBER } from './lift-contents.js';

/** The number of files that ChatGPT accepts at most. */
const MAX_FILES = 10;

export const FILES_POINTER = pointerTo('/response/body', FILES_MEMBER);

export interface GatheredFiles {
  /** In the order of the response. */
  readonly files: readonly RawFile[];
  /** One for each omitted file. */
  readonly notices: readonly Notice[];
}

/**
 * Takes the files out of a JSON response: the first ten of its `openaiFileResponse`, which is replaced by their names and types.
 *
 * @param body is modified
 * @param contents the decoded contents that were lifted out of the body before it was parsed
 * @param createFetch returns a function that fetches up to `count` files by URL; it throws {@link FileOmittedError}
 */
export async function gatherFiles(
  body: JsonObject,
  contents: readonly (Buffer | undefined)[],
  budget: FileBudget,
  createFetch: (count: number) => (url: string) => Promise<RawFile>,
): Promise<GatheredFiles> {
  const items = body[FILES_MEMBER];
  if (!Array.isArray(items)) return { files: [], notices: [omitted(FILES_POINTER, 'it must be an array of files')] };
  const results: (RawFile | Notice)[] = [];
  const take = async (index: number, file: () => RawFile | Promise<RawFile>): Promise<void> => {
    try {
      results[index] = await file();
    } catch (error) {
      if (!(error instanceof FileOmittedError)) throw error;
      results[index] = omitted(pointerTo(FILES_POINTER, index), error.message);
    }
  };
  const urls: [number, string][] = [];
  for (const [index, item] of items.slice(0, MAX_FILES).entries()) {
    if (typeof item === 'string') urls.push([index, item]);
    else await take(index, () => takeInlineFile(item, contents, budget));
  }
  const fetch = createFetch(urls.length);
  const queue = urls.values();
  const fetchUrls = async (): Promise<void> => {
    for (const [index, url] of queue) await take(index, () => fetch(url));
  };
  await Promise.all(Array.from({ length: FETCH_CONCURRENCY }, fetchUrls));
  if (items.length > MAX_FILES) {
    const reason = `a response can have at most ${MAX_FILES} files, got ${items.length}`;
    results.push(omitted(pointerTo(FILES_POINTER, MAX_FILES), reason));
  }
  const files = results.filter((result) => 'bytes' in result);
  body[FILES_MEMBER] = files.map(({ name, mediaType }) => ({ name, mime_type: mediaType }));
  return { files, notices: results.filter((result) => 'message' in result) };
}

function takeInlineFile(item: JsonValue, contents: readonly (Buffer | undefined)[], budget: FileBudget): RawFile {
  if (!isObject(item)) {
    throw new FileOmittedError('a file must be an object with name, mime_type and content, or a URL');
  }
  const file = readInlineFile(item, contents);
  budget.spend(file.bytes.length);
  return file;
}

/** Returns the notice about an omitted file. */
export function omitted(pointer: string, reason: string): Notice {
  return { pointer, message: `omitted: ${reason}` };
}
