import type { ResponseBounds } from '../../actions/index.js';
import type { Cuts } from './bounds/cut.js';

export interface TextBody {
  readonly bytes: Buffer;
  readonly contentType: string | null;
  /** The end of the body is missing. */
  readonly isTruncated: boolean;
  /** The maximum number of characters, not counting files. */
  readonly maxCharacters: number;
  /** Secrets to redact. */
  readonly secrets: readonly string[];
  /** The bounds of the operation's policy, which apply to JSON. */
  readonly bounds?: ResponseBounds;
}

export interface ReadText<Bytes extends Uint8Array = Buffer> {
  readonly body: ReadJson | string;
  readonly truncated: boolean;
  /** The contents of the files in the JSON; `undefined` if not base64. */
  readonly contents: readonly (Bytes | undefined)[];
  readonly cuts: Cuts;
  /** Why the files in the JSON are omitted, if they are. */
  readonly filesOmitted?: string;
  /** Why the whole body is omitted, if it is. */
  readonly bodyOmitted?: string;
}

/** Valid JSON, as written except for numbers, unless it is shortened. Files in it have an index into `contents` in place of their content. */
export interface ReadJson {
  readonly json: string;
  /** How many numbers became strings, because a JavaScript number would lose digits. */
  readonly quotedNumbers: number;
  /** Whether it has a member of files. */
  readonly hasFiles: boolean;
}
