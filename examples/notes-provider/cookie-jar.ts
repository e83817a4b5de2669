interface Cookie {
  name: string;
  value: string;
  host: string;
  path: string;
  secure: boolean;
  expiresAt: number;
}

/**
 * Stores cookies as a browser does (RFC 6265), with one difference: the port is part of the host, because on loopback different
 * ports represent different sites.
 */
export class CookieJar {
  #cookies: Cookie[] = [];

  store(url: string, setCookies: string[]): void {
    for (const text of setCookies) {
      const cookie = parseCookie(new URL(url), text);
      if (!cookie) continue;
      this.#cookies = this.#cookies.filter((kept) => !isSame(kept, cookie));
      if (cookie.expiresAt > Date.now()) this.#cookies.push(cookie);
    }
  }

  /** Returns the value of the Cookie header for a request, longest paths first; `undefined` if there is none. */
  headerFor(url: string): string | undefined {
    const { host, hostname, pathname, protocol } = new URL(url);
    const secure = protocol === 'https:' || hostname === '127.0.0.1' || hostname === 'localhost';
    const sent = this.#cookies
      .filter((cookie) => cookie.host === host && cookie.expiresAt > Date.now() && (secure || !cookie.secure))
      .filter(({ path }) => pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`))
      .toSorted((one, other) => other.path.length - one.path.length);
    return sent.length > 0 ? sent.map(({ name, value }) => `${name}=${value}`).join('; ') : undefined;
  }

  /** Returns the cookies of a site by name. */
  of(url: string): Record<string, string> {
    const { host } = new URL(url);
    const own = this.#cookies.filter((cookie) => cookie.host === host);
    return Object.fromEntries(own.map(({ name, value }) => [name, value]));
  }

  clear(): void {
    this.#cookies = [];
  }
}

function isSame(one: Cookie, other: Cookie): boolean {
  return one.name === other.name && one.host === other.host && one.path === other.path;
}

function parseCookie(url: URL, text: string): Cookie | undefined {
  const [pair = '', ...attributes] = text.split(';').map((part) => part.trim());
  const equals = pair.indexOf('=');
  if (equals < 1) return undefined;
  const given = new Map(
    attributes.map((attribute) => {
      const [name = '', ...value] = attribute.split('=');
      return [name.toLowerCase(), value.join('=')];
    }),
  );
  const path = given.get('path');
  return {
    name: pair.slice(0, equals),
    value: pair.slice(equals + 1),
    host: url.host,
    path: path?.startsWith('/') ? path : url.pathname.slice(0, url.pathname.lastIndexOf('/')) || '/',
    secure: given.has('secure'),
    expiresAt: expiryOf(given),
  };
}

function expiryOf(attributes: Map<string, string>): number {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined) return Date.now() + Number(maxAge) * 1000;
  const expires = attributes.get('expires');
  return expires === undefined ? Infinity : Date.parse(expires);
}
