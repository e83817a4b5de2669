import { parseCookie, stringifySetCookie } from 'cookie';
import type { HttpReply, HttpRequest } from '../api/http-request.js';

interface HostCookieOptions {
  /** Where the browser finds this server: behind https the cookie's name has the prefix `__Host-`, and the browser sends it nowhere else. */
  publicUrl: string;
  name: string;
  sameSite: 'lax' | 'strict';
  maxAgeSeconds: number;
}

/** A secret of 256 bits in a cookie of this host alone, which no script can read (RFC 6265bis, section 4.1.3.2). */
export class HostCookie {
  readonly name: string;
  private readonly attributes: { httpOnly: true; secure: boolean; sameSite: 'lax' | 'strict'; path: '/' };
  private readonly maxAge: number;

  constructor({ publicUrl, name, sameSite, maxAgeSeconds }: HostCookieOptions) {
    const secure = publicUrl.startsWith('https:');
    this.name = secure ? `__Host-${name}` : name;
    this.attributes = { httpOnly: true, secure, sameSite, path: '/' };
    this.maxAge = maxAgeSeconds;
  }

  /** @returns `undefined` where there is none, or one that this server cannot have set */
  read({ headers }: Pick<HttpRequest, 'headers'>): string | undefined {
    const value = parseCookie(headers.cookie ?? '')[this.name];
    return value && /^[\w-]{43}$/.test(value) ? value : undefined;
  }

  write(reply: HttpReply, secret: string): void {
    void reply.header('set-cookie', stringifySetCookie(this.name, secret, { ...this.attributes, maxAge: this.maxAge }));
  }

  clear(reply: HttpReply): void {
    void reply.header('set-cookie', stringifySetCookie(this.name, '', { ...this.attributes, maxAge: 0 }));
  }
}
