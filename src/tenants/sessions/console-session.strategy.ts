import { Injectable } from '@nestjs/common';
import { Strategy } from 'passport';
import type { HttpRequest } from '../../common/index.js';
import { ConsoleSessions } from './console-sessions.js';
import { SessionCookie } from './session-cookie.js';

/**
 * Authenticates a browser by its console cookie.
 *
 * The cookie is only accepted together with a header that forms cannot send and that preflights never allow for other origins, so that
 * forged cross-site requests (CSRF) fail.
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
