import { parseCookie, stringifySetCookie } from 'cookie';
import { digest, randomSecret, type HttpReply, type HttpRequest } from '../../common/index.js';

/** As long as a sign-in can last, and some. */
const MAX_AGE_SECONDS = 3600;

/**
 * Tells whether the browser that comes back from the provider is the one that pressed the button (SECURITY C3, C4):
 * by a cookie that only this server can have set. Nothing in a link can set it.
 */
export class BrowserBinding {
  private readonly isSecure: boolean;
  private readonly name: string;

  constructor(publicUrl: string) {
    this.isSecure = publicUrl.startsWith('https:');
    this.name = this.isSecure ? '__Host-countersign' : 'countersign';
  }

  /** The digest of the browser's cookie, as a sign-in keeps it. */
  digestOf(request: HttpRequest): string | undefined {
    const secret = this.read(request);
    return secret && digest(secret);
  }

  /** Gives the browser a cookie where it has none, and keeps the one it has alive. */
  ensure(request: HttpRequest, reply: HttpReply): void {
    const cookie = stringifySetCookie(this.name, this.read(request) ?? randomSecret(), {
      httpOnly: true,
      secure: this.isSecure,
      // Lax: the provider sends the browser back by a top-level navigation.
      sameSite: 'lax',
      path: '/',
      maxAge: MAX_AGE_SECONDS,
    });
    void reply.header('set-cookie', cookie);
  }

  private read(request: HttpRequest): string | undefined {
    const value = parseCookie(request.headers.cookie ?? '')[this.name];
    return value && /^[\w-]{43}$/.test(value) ? value : undefined;
  }
}
