import type { Redact } from '../../common/index.js';
import { isDeeperThan } from '../depth.js';
import { cut } from './cut.js';
import { liftContents } from './lift-contents.js';

/** JSON.parse reads deeper than JSON.stringify, which recurses, can write; and so do other parsers. */
const MOST_LEVELS = 1000;

export interface ReadText {
  /** The parsed JSON, where it is JSON; files in it have the number of their content in place of the content. */
  readonly body: unknown;
  readonly truncated: boolean;
  readonly contents: readonly string[];
  /** Why the files that the JSON has do not come along, where they do not. */
  readonly filesLost?: string;
}

export interface HowToRead {
  readonly isJson: boolean;
  /** The end is missing. */
  readonly isCut: boolean;
  /** Characters that the body may have, files apart. */
  readonly most: number;
  readonly hide: Redact;
}

/** Reads a text as what it says it is. JSON that is none, or too long, is text. */
export function readText(text: string, { isJson, isCut, most, hide }: HowToRead): ReadText {
  const { outline, contents, hasFiles } = isJson ? liftContents(text, most) : JUST_TEXT;
  const value = isCut || outline === undefined ? undefined : parsed(hide(outline));
  if (value !== undefined) return { body: value, truncated: false, contents };
  const truncated = isCut || text.length > most;
  // Before it is cut: half a secret would no longer be found.
  const hidden = hide(text);
  const body = text.length > most ? cut(hidden, most) : hidden;
  return { body, truncated, contents: [], ...(hasFiles && truncated && { filesLost: isCut ? TOO_LARGE : TOO_LONG }) };
}

const TOO_LARGE = 'the answer is too large to be read with its files';
const TOO_LONG = 'the answer is too long without its files already';

const JUST_TEXT = { outline: undefined, contents: [], hasFiles: false };

/** @returns `undefined` where it said JSON and was not, or none that can be written again: the caller gets what there was */
function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return text.length > 2 * MOST_LEVELS && isDeeperThan(value, MOST_LEVELS) ? undefined : value;
  } catch {
    return undefined;
  }
}
