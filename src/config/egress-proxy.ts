import { z } from 'zod';
import { parseUrl } from '../common/index.js';

/** The proxy that all outgoing requests go through, except those to hosts in EGRESS_ALLOW. */
export interface EgressProxySettings {
  /** Whether the connection to the proxy itself is TLS. */
  readonly secure: boolean;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** The value of `Proxy-Authorization`; a secret. */
  readonly authorization?: string;
}

const FORM = 'http(s)://[user:password@]host:port';

/** Parses EGRESS_PROXY. No message quotes the value, which may hold a password. */
export function parseEgressProxy(text: string, context: z.RefinementCtx<string>): EgressProxySettings {
  const url = parseUrl(text);
  const error = urlError(url, text);
  if (!url || error !== undefined) {
    context.addIssue(error ?? `must be ${FORM}`);
    return z.NEVER;
  }
  const secure = url.protocol === 'https:';
  const authorization = basicAuthorization(url);
  return {
    secure,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (secure ? 443 : 80)),
    ...(authorization !== undefined && { authorization }),
  };
}

function urlError(url: URL | undefined, text: string): string | undefined {
  if (!url || !/^https?:$/.test(url.protocol)) return `must be ${FORM}`;
  if (url.pathname !== '/' || /[?#]/.test(text)) return `must be ${FORM}, without path, query or fragment`;
  const [user, password] = [decoded(url.username), decoded(url.password)];
  if (user === undefined || password === undefined) return 'user name and password must be percent-encoded';
  if (user.includes(':')) return 'the user name must not contain a colon (RFC 7617, section 2)';
  return /\p{Cc}/u.test(user + password) ? 'user name and password must not contain control characters' : undefined;
}

function basicAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  return `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
