import { stringifyExactly, type JsonObject } from '@countersign/openapi';
import type { Confirmation } from '../../dispatch/index.js';

/** Characters of the arguments that a form shows. */
const MAX_SHOWN_CHARACTERS = 4000;

/** The field of the form. */
export const CONFIRM_FIELD = 'confirm';

/** Returns the parameters of `elicitation/create` with a URL that the user has to open. */
export function urlQuestion(message: string, url: string): Record<string, unknown> {
  return { mode: 'url', message, url };
}

/**
 * Returns the parameters of `elicitation/create` with a form that asks to confirm a call.
 *
 * @param hasModes whether the client's revision has modes; 2025-06-18 has not
 */
export function confirmationForm(
  confirmation: Confirmation,
  args: JsonObject,
  hasModes: boolean,
): Record<string, unknown> {
  const confirm = {
    type: 'boolean',
    title: 'Make this call',
    description: 'Tick this to let the assistant make the call, once',
    default: false,
  };
  return {
    ...(hasModes && { mode: 'form' }),
    message: describeCall(confirmation, args),
    requestedSchema: { type: 'object', properties: { [CONFIRM_FIELD]: confirm }, required: [CONFIRM_FIELD] },
  };
}

function describeCall({ summary, method, url, domain }: Confirmation, args: JsonObject): string {
  const shown = shownArguments(args, MAX_SHOWN_CHARACTERS);
  return `The assistant wants to call ${domain}: ${summary}\n${method} ${shorten(url, MAX_SHOWN_CHARACTERS)}\n${shown}`;
}

/** Returns the arguments of a call as text for its user. */
export function shownArguments(args: JsonObject, maxCharacters: number): string {
  return shorten(stringifyExactly(args), maxCharacters);
}

/** Cuts a long text and says how much is missing. */
export function shorten(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  return `${text.slice(0, maxCharacters)}… (${text.length - maxCharacters} more characters)`;
}
