import { InvalidRequestError, isUnambiguous, type HttpRequest } from '../../common/index.js';

const HEADER = 'countersign-user';
const MAX_CHARACTERS = 255;

/** Printable ASCII. Other characters are percent-encoded UTF-8, and so is the percent sign. */
// oxlint-disable-next-line no-control-regex -- rejects control characters
const VALUE = /^[\x20-\x7e]*$/;

/**
 * Returns the end user that a server names in the header `Countersign-User`.
 *
 * @returns `undefined` without the header
 * @throws {InvalidRequestError} the header is repeated, not percent-encoded UTF-8, or longer than an id of a user
 */
export function namedUser({ raw }: HttpRequest): string | undefined {
  const [value, ...others] = raw.headersDistinct[HEADER] ?? [];
  if (value === undefined) return undefined;
  if (others.length > 0) throw invalid('must be sent once');
  const user = VALUE.test(value) ? decoded(value) : undefined;
  if (user === undefined)
    throw invalid('must be percent-encoded UTF-8 where it is not ASCII, and "%" must be sent as %25');
  if (user === '' || user.length > MAX_CHARACTERS || !isUnambiguous(user))
    throw invalid(`must have 1 to ${MAX_CHARACTERS} characters, without NUL`);
  return user;
}

function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

function invalid(rule: string): InvalidRequestError {
  return InvalidRequestError.at('', `the header Countersign-User ${rule}`);
}
