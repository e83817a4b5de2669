import type { ServerChoice } from '@countersign/openapi';
import type { Action } from '../store/action.entity.js';

/** The fields of a request that choose a server. */
export interface ServerFields {
  /** `null` for the first server of the document */
  server_url?: string | null;
  server_variables?: Record<string, string>;
}

/**
 * Returns the server that a request chooses. What it leaves out stays as it is; a new server starts with the defaults of its variables.
 *
 * @param before the action, unless it is new
 * @returns `undefined` for the first server with the defaults of its variables
 */
export function serverChoice(
  { server_url, server_variables }: ServerFields,
  before?: Pick<Action, 'serverChoice' | 'serverUrl'>,
): ServerChoice | undefined {
  const stored = before?.serverChoice ?? {};
  // Views show the resolved URL, and clients send it back.
  const isKept = server_url === undefined || (server_url === before?.serverUrl && before.serverChoice !== null);
  const url = isKept ? stored.url : (server_url ?? undefined);
  const variables = server_variables ?? (isKept ? stored.variables : undefined) ?? {};
  const isDefault = url === undefined && Object.keys(variables).length === 0;
  return isDefault ? undefined : { url, variables };
}
