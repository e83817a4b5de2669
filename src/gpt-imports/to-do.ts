import type { ActionDto, ImportedAction } from '../actions/index.js';
import type { McpEndpointDto, NoteDto, ToDoDto } from './gpt-imports.dto.js';

/** Warnings about what was left out, which needs no work. */
const LEFT_OUT = new Set(['verification_tokens_ignored']);

/** The fields of an authentication schema that matter here. */
interface Auth {
  type: string;
  per_user?: boolean;
  missing_fields?: string[];
}

/** Returns the schema of an action; if credentials are missing, the one that it will have. */
export function intendedAuth({ auth, suggested_auth }: ActionDto): Auth {
  const selected = auth as Auth;
  return selected.missing_fields ? (suggested_auth as unknown as Auth) : selected;
}

/** Lists everything to do until MCP clients can use an action. */
export function toDoOf({ action, exportedId, warnings }: ImportedAction, mcp: McpEndpointDto): ToDoDto[] {
  const { type, per_user } = intendedAuth(action);
  const steps: [code: string, isNeeded: boolean, message: () => string][] = [
    [
      'check_document',
      action.warnings.length > 0,
      () => `read the warnings about the document in action.warnings (${action.warnings.length})`,
    ],
    [
      'register_callback_url',
      type === 'oauth',
      () => `register ${action.callback_url} at the provider as a redirect URI${besideOf(exportedId)}`,
    ],
    [
      'sign_in_again',
      type === 'oauth' || per_user === true,
      () =>
        'tell users that they sign in once more, at their first call: their tokens are not in the export. Tokens that you have can be moved with POST /v1/connections',
    ],
    [
      'enable_mcp',
      !mcp.enabled,
      () =>
        `send {"enabled": true}, with the other settings of MCP that you need, to PUT /v1/gpts/${action.gpt_id}/mcp; until then ${mcp.url} answers 404`,
    ],
  ];
  return [
    ...warnings
      .filter(({ code }) => !LEFT_OUT.has(code))
      .map(({ code, message, pointer }) => ({ code, message, pointer })),
    ...steps.filter(([, isNeeded]) => isNeeded).map(([code, , message]) => ({ code, message: message() })),
  ];
}

/** Lists what was left out of an action. */
export function leftOut({ warnings }: ImportedAction): NoteDto[] {
  return warnings
    .filter(({ code }) => LEFT_OUT.has(code))
    .map(({ code, message, pointer }) => ({ code, message, pointer }));
}

function besideOf(exportedId: string | null): string {
  return exportedId === null ? '' : `, beside the one of ChatGPT, which has /aip/${exportedId}/oauth/callback`;
}
