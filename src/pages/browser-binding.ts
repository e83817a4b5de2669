import { digest, HostCookie, randomSecret, type HttpReply, type HttpRequest } from '../common/index.js';

/** Longer than a sign-in can take. */
const MAX_AGE_SECONDS = 3600;

/**
 * Binds a sign-in to the browser that started it, with a cookie that only this server can set (security rules C3 and C4).
 * A link cannot set it.
 */
export class BrowserBinding {
  private readonly cookie: HostCookie;

  constructor(publicUrl: string) {
    // Lax, because the provider returns the browser with a top-level navigation.
    const options = { name: 'countersign', sameSite: 'lax', maxAgeSeconds: MAX_AGE_SECONDS } as const;
    this.cookie = new HostCookie({ publicUrl, ...options });
  }

  /** Returns the digest of the browser's cookie, which the sign-in stores; `undefined` without a cookie. */
  digestOf(request: HttpRequest): string | undefined {
    const secret = this.cookie.read(request);
    return secret && digest(secret);
  }

  /** Sets the cookie if the browser has none; otherwise extends its lifetime. Returns the digest of the cookie. */
  ensure(request: HttpRequest, reply: HttpReply): string {
    const secret = this.cookie.read(request) ?? randomSecret();
    this.cookie.write(reply, secret);
    return digest(secret);
  }
}
