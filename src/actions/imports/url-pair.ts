import type { Finding } from '../../openapi/index.js';
import type { ForeignAuth } from './source-auth.js';

type Role = 'authorization' | 'token';

const TOKEN = /token|^exchange$|\baccess$/i;
const AUTHORIZATION = /authori[sz]|^o?auth$|log-?in|sign-?in|consent|^dialog$/i;

/**
 * Settles which of a form's two URLs users are sent to and at which codes are exchanged. Forms differ in what they call them, so the
 * form's own meaning is doubted where the document, or the URLs by their looks, say otherwise.
 *
 * @param suggestion what the document says of authentication
 */
export function settleUrls(auth: ForeignAuth, suggestion: Record<string, unknown> | null): ForeignAuth {
  const { authorization_url: first, token_url: second, ...others } = auth.fields;
  if (!first && !second) return auth;
  const roles = [first, second].map((url) => url && roleOf(String(url.value), suggestion));
  const wrong = Number(roles[0] === 'token') + Number(roles[1] === 'authorization');
  const right = Number(roles[0] === 'authorization') + Number(roles[1] === 'token');
  if (right > wrong) return auth;
  if (right === wrong) return { ...auth, warnings: [...auth.warnings, unclear(auth)] };
  const fields = { ...others, ...(second && { authorization_url: second }), ...(first && { token_url: first }) };
  return { ...auth, fields, warnings: [...auth.warnings, swapped(auth.pointer, fields)] };
}

function roleOf(url: string, suggestion: Record<string, unknown> | null): Role | undefined {
  const { authorization_url, token_url } = suggestion ?? {};
  if (url === token_url && url !== authorization_url) return 'token';
  if (url === authorization_url && url !== token_url) return 'authorization';
  return looksLike(url);
}

/** By the last part of the path that tells: `/auth/v2/token` is for tokens, `/token-service/authorize` is not. */
function looksLike(url: string): Role | undefined {
  if (!URL.canParse(url)) return undefined;
  for (const part of new URL(url).pathname.split('/').toReversed()) {
    if (TOKEN.test(part)) return 'token';
    if (AUTHORIZATION.test(part)) return 'authorization';
  }
  return undefined;
}

function swapped(pointer: string, { authorization_url, token_url }: ForeignAuth['fields']): Finding {
  const roles = [
    ...(authorization_url ? [`users are sent to ${authorization_url.value}`] : []),
    ...(token_url ? [`codes are exchanged at ${token_url.value}`] : []),
  ];
  const message = `the authorization URL and the token URL stand in each other's place and are swapped: ${roles.join(', ')}`;
  return { code: 'urls_swapped', message, pointer };
}

function unclear({ pointer, fields: { authorization_url, token_url } }: ForeignAuth): Finding {
  const [to, at] = [authorization_url, token_url].map((url) => url?.value ?? 'nowhere');
  const message = `which URL is which is taken from the form and may be wrong: users are sent to ${to}, codes are exchanged at ${at}`;
  return { code: 'urls_unclear', message, pointer };
}
