import { randomUUID } from 'node:crypto';
import type { AccessToken } from 'oidc-provider';
import type { JsonResponse, RecordedRequest, Route } from './json-api.js';
import type { Note } from './notebooks.js';

/** The scopes of Notes and their descriptions for users. */
export const notesScopes = {
  'notes:read': 'Read your notes',
  'notes:write': 'Write and delete your notes',
} as const;

type Scope = keyof typeof notesScopes;
type FindToken = (token: string) => Promise<AccessToken | undefined>;

/** The routes of Notes. Each access token gives access to the notes of its user. */
export function notesRoutes(findToken: FindToken, notesOf: (user: string) => Map<string, Note>): Route[] {
  const noteNotFound: JsonResponse = { status: 404, body: { error: 'note not found' } };
  const withToken = (scope: Scope, handle: OwnerHandler): Route['handle'] => {
    return async (request, parameters) => {
      const access = await checkAccess(request, scope, findToken);
      return 'refusal' in access ? access.refusal : handle(notesOf(access.user), request, parameters);
    };
  };

  return [
    {
      method: 'GET',
      path: '/about',
      handle: () => ({
        status: 200,
        body: { name: 'Notes', terms: 'An example service; all data is lost when it stops.' },
      }),
    },
    {
      method: 'GET',
      path: '/notes',
      handle: withToken('notes:read', (notes) => ({ status: 200, body: { notes: [...notes.values()] } })),
    },
    { method: 'POST', path: '/notes', handle: withToken('notes:write', (notes, { body }) => writeNote(notes, body)) },
    {
      method: 'GET',
      path: '/notes/{id}',
      handle: withToken('notes:read', (notes, _request, { id = '' }) => {
        const note = notes.get(id);
        return note ? { status: 200, body: note } : noteNotFound;
      }),
    },
    {
      method: 'DELETE',
      path: '/notes/{id}',
      handle: withToken('notes:write', (notes, _request, { id = '' }) =>
        notes.delete(id) ? { status: 204 } : noteNotFound,
      ),
    },
  ];
}

type OwnerHandler = (
  notes: Map<string, Note>,
  request: RecordedRequest,
  parameters: Record<string, string>,
) => JsonResponse;

function writeNote(notes: Map<string, Note>, body: unknown): JsonResponse {
  const { title, text } = (body ?? {}) as { title?: unknown; text?: unknown };
  if (typeof title !== 'string' || typeof text !== 'string') {
    return { status: 422, body: { error: 'title and text are required' } };
  }
  const note: Note = { id: randomUUID(), title, text, created_at: new Date().toISOString() };
  notes.set(note.id, note);
  return { status: 201, body: note };
}

/** Checks the bearer token of a request (RFC 6750, sections 2.1 and 3.1). */
async function checkAccess(
  request: RecordedRequest,
  scope: Scope,
  findToken: FindToken,
): Promise<{ user: string } | { refusal: JsonResponse }> {
  const presented = /^Bearer ([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1];
  // No error code if no token was sent (RFC 6750, section 3.1).
  if (!presented) return { refusal: refusal(401, 'Bearer realm="notes"', 'an access token is required') };
  const token = await findToken(presented);
  if (!token?.isValid) {
    const detail = 'the access token expired or was revoked';
    return {
      refusal: refusal(401, `Bearer realm="notes", error="invalid_token", error_description="${detail}"`, detail),
    };
  }
  if (!token.scopes.has(scope)) {
    const challenge = `Bearer realm="notes", error="insufficient_scope", scope="${scope}"`;
    return { refusal: refusal(403, challenge, `the access token lacks the scope ${scope}`) };
  }
  return { user: token.accountId };
}

function refusal(status: number, challenge: string, error: string): JsonResponse {
  return { status, headers: { 'www-authenticate': challenge }, body: { error } };
}
