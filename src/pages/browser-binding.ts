import { digest, HostCookie, randomSecret, type HttpReply, type HttpRequest } from '../common/index.js';

/** As long as a sign-in can last, and some. */
const MAX_AGE_SECONDS = 3600;

/**
 * Tells whether the browser that comes back from the provider is the one that pressed the button (SECURITY C3, C4):
 * by a cookie that only this server can have set. Nothing in a link can set it.
 */
export class BrowserBinding {
  private readonly cookie: HostCookie;

  constructor(publicUrl: string) {
    // Lax: the provider sends the browser back by a top-level navigation.
    const options = { name: 'countersign', sameSite: 'lax', maxAgeSeconds: MAX_AGE_SECONDS } as const;
    this.cookie = new HostCookie({ publicUrl, ...options });
  }

  /** The digest of the browser's cookie, as a sign-in keeps it. */
  digestOf(request: HttpRequest): string | undefined {
    const secret = this.cookie.read(request);
    return secret && digest(secret);
  }

  /** Gives the browser a cookie where it has none, and keeps the one it has alive. */
  ensure(request: HttpRequest, reply: HttpReply): void {
    this.cookie.write(reply, this.cookie.read(request) ?? randomSecret());
  }
}
