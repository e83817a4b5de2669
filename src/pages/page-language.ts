import { parseCookie, stringifySetCookie } from 'cookie';
import type { HttpReply, HttpRequest } from '../common/index.js';
import { LANGUAGES, type Language } from './texts/index.js';
import { negotiateLanguage } from './texts/negotiate-language.js';

const COOKIE = 'countersign-language';

/** Longer than a sign-in can take. */
const MAX_AGE_SECONDS = 3600;

/** Returns the language of a page: from the query (`?lang=`), from the cookie of an earlier choice, or from `Accept-Language`. */
export function languageOf({ query, headers }: Pick<HttpRequest, 'query' | 'headers'>): Language {
  const chosen =
    knownLanguage((query as Record<string, unknown>)['lang']) ??
    knownLanguage(parseCookie(headers.cookie ?? '')[COOKIE]);
  return chosen ?? negotiateLanguage(headers['accept-language'], LANGUAGES);
}

/** Stores the language from the query in a cookie, for pages whose URL does not have it, such as the one after the callback. */
export function persistLanguage(request: Pick<HttpRequest, 'query' | 'headers'>, reply: HttpReply): void {
  const chosen = knownLanguage((request.query as Record<string, unknown>)['lang']);
  if (!chosen) return;
  const attributes = { path: '/', sameSite: 'lax', httpOnly: true, maxAge: MAX_AGE_SECONDS } as const;
  void reply.header('set-cookie', stringifySetCookie(COOKIE, chosen, attributes));
}

function knownLanguage(value: unknown): Language | undefined {
  return LANGUAGES.find((language) => language === value);
}
