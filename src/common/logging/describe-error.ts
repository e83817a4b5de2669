import { types } from 'node:util';
import { withoutLikelySecrets } from '../redaction/likely-secrets.js';

/** A cause may have a cause, and a careless one itself. */
const MAX_CAUSES = 4;

const MAX_FRAMES = 30;

/** What the log shows of a failure. */
interface DescribedError {
  type: string;
  message: string;
  stack: string;
  errorCode?: string;
  cause?: unknown;
}

/**
 * What may be shown of anything that was thrown: type, code, message and frames of the stack, of causes too.
 *
 * All else that hangs on an error stays away: a failed query brings its parameters, a failed request its headers. Its message is
 * somebody else's text and goes through the net.
 */
export function describeError(thrown: unknown, left = MAX_CAUSES): DescribedError | string {
  if (isError(thrown)) return describe(thrown, left);
  if (typeof thrown === 'object' && thrown !== null) return `something that is no error: ${nameOf(thrown)}`;
  return withoutLikelySecrets(String(thrown));
}

/** Also one from another realm, which is an instance of nothing here. */
export function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || types.isNativeError(thrown);
}

/** A stack in one text: the message without what may be a secret, then the frames. */
export function stackOf(error: Error): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [`${nameIn(error)}: ${messageIn(error)}`, ...frames.slice(0, MAX_FRAMES)].join('\n');
}

function describe(error: Error, left: number): DescribedError {
  const { code } = error as { code?: unknown };
  return {
    type: nameIn(error),
    message: messageIn(error),
    stack: stackOf(error),
    ...(typeof code === 'string' && { errorCode: withoutLikelySecrets(code) }),
    ...(isError(error.cause) && left > 0 && { cause: describeError(error.cause, left - 1) }),
  };
}

// Anybody may have put anything there.
const nameIn = ({ name }: Error) => withoutLikelySecrets(String(name));
const messageIn = ({ message }: Error) => withoutLikelySecrets(String(message));

function nameOf(thing: object): string {
  const { name } = (thing.constructor as { name?: unknown } | undefined) ?? {};
  return typeof name === 'string' ? withoutLikelySecrets(name) : 'an object';
}
