import { parseCookie, stringifySetCookie } from 'cookie';
import type { HttpReply, HttpRequest } from '../common/index.js';
import { LANGUAGES, type Language } from './texts/index.js';
import { negotiated } from './texts/negotiation.js';

const COOKIE = 'countersign-language';

/** As long as a sign-in can last, and some. */
const MAX_AGE_SECONDS = 3600;

/**
 * In which language a page speaks: the one that its address names (`?lang=`), that the user chose before on their way, or that their
 * browser asks for.
 */
export function languageOf({ query, headers }: Pick<HttpRequest, 'query' | 'headers'>): Language {
  const chosen = known((query as Record<string, unknown>)['lang']) ?? known(parseCookie(headers.cookie ?? '')[COOKIE]);
  return chosen ?? negotiated(headers['accept-language'], LANGUAGES);
}

/** A choice holds for the pages that follow, whose addresses do not have it: those that a provider sends the browser back to. */
export function keepLanguage(request: Pick<HttpRequest, 'query' | 'headers'>, reply: HttpReply): void {
  const chosen = known((request.query as Record<string, unknown>)['lang']);
  if (!chosen) return;
  const attributes = { path: '/', sameSite: 'lax', httpOnly: true, maxAge: MAX_AGE_SECONDS } as const;
  void reply.header('set-cookie', stringifySetCookie(COOKIE, chosen, attributes));
}

function known(value: unknown): Language | undefined {
  return LANGUAGES.find((language) => language === value);
}
