import type { ImportedAction } from '../actions/index.js';
import type { DifferenceDto } from './gpt-imports.dto.js';
import { intendedAuth } from './to-do.js';

/** A message names at most this many operations. */
const MAX_NAMES = 5;

/** What an action does otherwise than at its platform. `undefined` if it makes no difference to the action. */
interface Difference {
  code: string;
  /** Whether it is also a difference to LibreChat, about which less is known. */
  isGeneral?: true;
  describe(imported: ImportedAction): string | undefined;
}

const DIFFERENCES: Difference[] = [
  {
    code: 'callback_url',
    isGeneral: true,
    describe: ({ action }) =>
      intendedAuth(action).type === 'oauth'
        ? 'sign-ins return to the callback URL of this action, which stays the same when the action is edited'
        : undefined,
  },
  {
    code: 'pkce',
    describe: ({ action }) =>
      intendedAuth(action).type === 'oauth'
        ? 'sign-ins send a PKCE challenge, which ChatGPT does not; if the provider rejects it, set pkce to off'
        : undefined,
  },
  {
    code: 'confirmations',
    describe: ({ action }) =>
      about(
        action.operations.filter(({ is_consequential }) => is_consequential),
        (names) =>
          `MCP clients are asked to confirm every call of ${names}: there is no "always allow" that lasts. Change it with confirmation in the operation's policy or in the settings of MCP`,
      ),
  },
  {
    code: 'unconfirmed_calls',
    describe: ({ action }) =>
      about(
        action.operations.filter(({ method, is_consequential }) => method !== 'GET' && !is_consequential),
        (names) =>
          `calls of ${names} are made without a question, because x-openai-isConsequential is false; ChatGPT asks until the user allows all. To ask, set confirmation to always in the operation's policy`,
      ),
  },
  {
    code: 'headers',
    describe: () =>
      'openai-gpt-id has the id of this GPT, and openai-ephemeral-user-id is computed from your id of the user: both have other values than from ChatGPT. openai-conversation-id is sent if a call names its conversation, which MCP clients do not; traceparent and tracestate are not sent',
  },
  {
    code: 'addresses',
    isGeneral: true,
    describe: () =>
      'requests come from the addresses of this server, with its own User-Agent: change what allows only the addresses of the other platform',
  },
  {
    code: 'long_responses',
    describe: () =>
      'a response over the limit (100,000 characters by default) is shortened, with a notice that says what is missing; ChatGPT rejects it',
  },
  {
    code: 'long_documents',
    describe: ({ action }) =>
      action.warnings.some(({ code }) => code === 'description_too_long' || code === 'many_operations')
        ? 'models get descriptions of any length and all operations; ChatGPT has limits of 300 and 700 characters and of 30 operations'
        : undefined,
  },
];

/** Lists what an action does otherwise than at the platform that it comes from. */
export function differencesOf(imported: ImportedAction): DifferenceDto[] {
  return DIFFERENCES.flatMap(({ code, isGeneral, describe }) => {
    if (imported.format === 'librechat_action' && !isGeneral) return [];
    const message = describe(imported);
    return message === undefined ? [] : [{ code, message }];
  });
}

function about(
  operations: readonly { operation_id: string }[],
  message: (names: string) => string,
): string | undefined {
  if (operations.length === 0) return undefined;
  const names = operations.slice(0, MAX_NAMES).map(({ operation_id }) => operation_id);
  const left = operations.length - names.length;
  return message(names.join(', ') + (left > 0 ? ` and ${left} more` : ''));
}
