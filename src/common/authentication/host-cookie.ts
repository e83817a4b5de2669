import { parseCookie, stringifySetCookie } from 'cookie';
import type { HttpReply, HttpRequest } from '../api/http-request.js';
import { basePathOf } from '../urls/base-path.js';

interface HostCookieOptions {
  /**
   * This server's address. If it is https, the cookie's name gets the prefix `__Host-`, which restricts it to this host and requires the
   * path `/`. A path of the address becomes part of the name, so that two servers at one host do not share a cookie.
   */
  publicUrl: string;
  name: string;
  sameSite: 'lax' | 'strict';
  maxAgeSeconds: number;
  /** Pattern of the values that this server sets; a 256-bit secret in base64url by default. */
  format?: RegExp;
}

const SECRET = /^[\w-]{43}$/;

/** A cookie that belongs to this host alone and is invisible to scripts (RFC 6265bis, section 4.1.3.2). */
export class HostCookie {
  readonly name: string;
  private readonly attributes: { httpOnly: true; secure: boolean; sameSite: 'lax' | 'strict'; path: '/' };
  private readonly maxAge: number;
  private readonly format: RegExp;

  constructor({ publicUrl, name, sameSite, maxAgeSeconds, format = SECRET }: HostCookieOptions) {
    const secure = publicUrl.startsWith('https:');
    const suffix = basePathOf(publicUrl).replaceAll('/', '-');
    this.name = `${secure ? '__Host-' : ''}${name}${suffix}`;
    this.attributes = { httpOnly: true, secure, sameSite, path: '/' };
    this.maxAge = maxAgeSeconds;
    this.format = format;
  }

  /** @returns the value; `undefined` if the cookie is missing or cannot have been set by this server */
  read({ headers }: Pick<HttpRequest, 'headers'>): string | undefined {
    const value = parseCookie(headers.cookie ?? '')[this.name];
    return value && this.format.test(value) ? value : undefined;
  }

  write(reply: HttpReply, value: string): void {
    void reply.header('set-cookie', stringifySetCookie(this.name, value, { ...this.attributes, maxAge: this.maxAge }));
  }

  clear(reply: HttpReply): void {
    void reply.header('set-cookie', stringifySetCookie(this.name, '', { ...this.attributes, maxAge: 0 }));
  }
}
