import { unpack, type PackedDocument } from './packed-document.js';

/** A Parameter Object, up to its first nested value, with its location before or after its name. */
const HEADER_PARAMETER =
  /"name":("(?:[^"\\]|\\.)*")[^{}]*?"in":"header"|"in":"header"[^{}]*?"name":("(?:[^"\\]|\\.)*")/g;

/**
 * Whether a document declares a header parameter of this name, in any case.
 *
 * The stored JSON has no blanks between its tokens. It is searched as text, because a large document takes long to parse; a parameter whose
 * name and location are apart, with an object between them, is missed. The credential of a call replaces such a header anyway.
 */
export async function declaresHeader(parts: PackedDocument, name: string): Promise<boolean> {
  const json = (await unpack(parts)).toString('utf8');
  for (const [, before, after] of json.matchAll(HEADER_PARAMETER)) {
    const declared = JSON.parse(before ?? after ?? '""') as string;
    if (declared.toLowerCase() === name.toLowerCase()) return true;
  }
  return false;
}
