import { Injectable } from '@nestjs/common';
import { Strategy } from 'passport';
import type { HttpRequest } from '../../common/index.js';
import { ConsoleSessions } from './console-sessions.js';
import { SessionCookie } from './session-cookie.js';

/**
 * The cookie of a browser that has signed in to the console.
 *
 * It counts only beside a header that no form can send and no other origin may: requests that a browser was tricked into (CSRF) have no
 * such header, since preflights never allow it.
 */
@Injectable()
export class ConsoleSessionStrategy extends Strategy {
  override readonly name = 'countersign-console-session';

  constructor(
    private readonly sessions: ConsoleSessions,
    private readonly cookie: SessionCookie,
  ) {
    super();
  }

  override authenticate(request: Pick<HttpRequest, 'headers'>): void {
    const secret = this.cookie.read(request);
    if (secret === undefined || request.headers['x-countersign-console'] === undefined) return this.fail('');
    this.sessions.find(secret).then(
      (found) => (found ? this.success(found.holder) : this.fail('')),
      (error: unknown) => this.error(error),
    );
  }
}
