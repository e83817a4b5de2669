import { type DocumentSecurity, type JsonObject, objectMember } from '@countersign/openapi';

const MAX_DESCRIPTION_CHARACTERS = 300;
const MAX_NAME_CHARACTERS = 200;

/** Limit of all names and descriptions together: a row holds 64 KiB of them. */
const MAX_BYTES = 48_000;

/**
 * Returns what the OAuth scopes of a document are for, by scope (OAS 3.1.1, section 4.8.29: the `scopes` of flows).
 *
 * @returns `null` if the document describes none
 */
export function scopeDescriptions({ schemes }: DocumentSecurity): Record<string, string> | null {
  const found = new Map<string, string>();
  let bytes = 0;
  for (const [scope, description] of [...schemes.values()].flatMap(({ object }) => described(object))) {
    const text = description.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_DESCRIPTION_CHARACTERS);
    bytes += Buffer.byteLength(JSON.stringify([scope, text]));
    if (bytes > MAX_BYTES) break;
    if (text !== '' && scope.length <= MAX_NAME_CHARACTERS && !found.has(scope)) found.set(scope, text);
  }
  return found.size === 0 ? null : Object.fromEntries(found);
}

/** Lists the scopes of a security scheme, of the flow for sign-ins first. */
function described(scheme: JsonObject): [scope: string, description: string][] {
  const flows = objectMember(scheme, 'flows');
  const names = ['authorizationCode', ...Object.keys(flows ?? {})];
  const scopes = names.flatMap((name) => Object.entries(objectMember(objectMember(flows, name), 'scopes') ?? {}));
  return scopes.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}
