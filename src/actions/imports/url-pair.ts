import { parseUrl } from '../../common/index.js';
import type { Finding } from '@countersign/openapi';
import type { SourceAuth } from './sources/source-auth.js';

type Role = 'authorization' | 'token';

const TOKEN = /token|^exchange$|\baccess$/i;
const AUTHORIZATION = /authori[sz]|^o?auth$|log-?in|sign-?in|consent|^dialog$/i;

/**
 * Decides which of a source's two URLs is the authorization URL and which the token URL. Sources name them inconsistently, so the document
 * and the URLs' paths can overrule the names.
 *
 * @param suggestion the settings suggested by the document
 */
export function assignUrls(auth: SourceAuth, suggestion: Record<string, unknown> | null): SourceAuth {
  const { authorization_url: first, token_url: second, ...others } = auth.fields;
  if (!first && !second) return auth;
  const roles = [first, second].map((url) => url && roleOf(String(url.value), suggestion));
  const contradicting = Number(roles[0] === 'token') + Number(roles[1] === 'authorization');
  const confirming = Number(roles[0] === 'authorization') + Number(roles[1] === 'token');
  if (confirming > contradicting) return auth;
  if (confirming === contradicting) return { ...auth, warnings: [...auth.warnings, unclear(auth)] };
  const fields = { ...others, ...(second && { authorization_url: second }), ...(first && { token_url: first }) };
  return { ...auth, fields, warnings: [...auth.warnings, swapped(auth.pointer, fields)] };
}

function roleOf(url: string, suggestion: Record<string, unknown> | null): Role | undefined {
  const { authorization_url, token_url } = suggestion ?? {};
  if (url === token_url && url !== authorization_url) return 'token';
  if (url === authorization_url && url !== token_url) return 'authorization';
  return roleByPath(url);
}

/** Decides by the last telling path segment: `/auth/v2/token` is a token URL, `/token-service/authorize` is not. */
function roleByPath(url: string): Role | undefined {
  for (const part of (parseUrl(url)?.pathname ?? '').split('/').toReversed()) {
    if (TOKEN.test(part)) return 'token';
    if (AUTHORIZATION.test(part)) return 'authorization';
  }
  return undefined;
}

function swapped(pointer: string, { authorization_url, token_url }: SourceAuth['fields']): Finding {
  const roles = [
    ...(authorization_url ? [`users are sent to ${authorization_url.value}`] : []),
    ...(token_url ? [`codes are exchanged at ${token_url.value}`] : []),
  ];
  const message = `the authorization URL and the token URL were swapped: ${roles.join(', ')}`;
  return { code: 'urls_swapped', message, pointer };
}

function unclear({ pointer, fields: { authorization_url, token_url } }: SourceAuth): Finding {
  const [to, at] = [authorization_url, token_url].map((url) => url?.value ?? 'nowhere');
  const message = `check which URL is which: users are sent to ${to}, codes are exchanged at ${at}`;
  return { code: 'urls_unclear', message, pointer };
}
