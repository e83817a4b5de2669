import { pointerTo } from '@countersign/openapi';
import type { Notice } from '../../call.dto.js';
import type { Cut, Cuts } from './cut.js';

const BODY = '/response/body';

/** The name of a member, and so a pointer to it, may have any length. */
const MAX_POINTER_LENGTH = 500;

/**
 * Describes what is missing from a response, and how to get it.
 *
 * @param hint returns how the arguments of the operation page through its items, if they do
 */
export function cutNotices(cuts: Cuts, hint: () => string | undefined): Notice[] {
  const { described, more } = cuts;
  const unread = unreadNotice(cuts);
  const list = described.find(({ unit }) => unit === 'items');
  const how = list !== undefined || unread !== undefined ? hint() : undefined;
  const withHint = (message: string, isHinted: boolean) => (isHinted && how ? `${message}; ${how}` : message);
  const notices = described.map((cut) => ({
    pointer: pointerOf(cut),
    message: withHint(describe(cut, cuts), cut === list),
  }));
  if (unread !== undefined) notices.unshift({ pointer: BODY, message: withHint(unread, list === undefined) });
  if (more > 0) notices.push({ pointer: BODY, message: `${more} more parts of the response are shortened` });
  return notices;
}

/** The notice of a text that is cut already says so. */
function unreadNotice({ described, readCharacters }: Cuts): string | undefined {
  if (readCharacters === undefined || described.some(({ path }) => path.length === 0)) return undefined;
  return `the response is too large: only its first ${readCharacters} characters were read`;
}

function describe({ unit, shown, total, limit }: Cut, { readCharacters }: Cuts): string {
  const of = readCharacters === undefined ? total : `at least ${total}`;
  const message = `shows the first ${shown} of ${of} ${unit}`;
  return limit === 'policy' ? `${message}, the maximum of the operation's policy` : message;
}

function pointerOf({ path }: Cut): string {
  const pointer = pointerTo(BODY, ...path);
  return pointer.length > MAX_POINTER_LENGTH ? BODY : pointer;
}
