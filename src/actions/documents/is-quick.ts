import { UnreadDocument } from './unread-document.js';
import type { GivenDocument } from './read-document.js';

/** A document of this size is read in less than 50 ms, whatever it holds; usual ones in less than five. */
const MAX_BYTES = 32_768;

/** A YAML anchor (YAML 1.2.2, section 6.9.2): aliases can make a document a thousand times longer. */
const ANCHOR = /(?:^|[\s,[{:-])&\S/;

/** Returns whether a document is read so fast that the main thread can do it. Objects are: they come from bodies that were parsed there. */
export function isQuick(document: GivenDocument): boolean {
  if (document instanceof UnreadDocument) {
    return document.bytes.length <= MAX_BYTES && !ANCHOR.test(Buffer.from(document.bytes).toString('latin1'));
  }
  return typeof document !== 'string' || (document.length <= MAX_BYTES && !ANCHOR.test(document));
}
