import { isObject } from '@countersign/openapi';
import { CONFIRM_FIELD } from './questions.js';

/** What a user decided about a question. `unticked`: the form was submitted without the confirmation. */
export type Answer = 'accept' | 'unticked' | 'decline' | 'cancel';

const ANSWERS: ReadonlySet<string> = new Set<Answer>(['accept', 'unticked', 'decline', 'cancel']);

/**
 * Reads an `ElicitResult`.
 *
 * @param isForm whether the question was a form, whose content must confirm
 * @returns `undefined` if it is not one
 */
export function readAnswer(result: unknown, isForm: boolean): Answer | undefined {
  if (!isObject(result)) return undefined;
  const { action, content } = result;
  if (action === 'decline' || action === 'cancel') return action;
  if (action !== 'accept') return undefined;
  if (!isForm) return 'accept';
  return isObject(content) && content[CONFIRM_FIELD] === true ? 'accept' : 'unticked';
}

/** Returns whether a stored value is an answer. */
export function isAnswer(value: string | undefined): value is Answer {
  return value !== undefined && ANSWERS.has(value);
}
