import { Injectable } from '@nestjs/common';
import { HostCookie } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { SESSION_SECONDS } from './console-sessions.js';

/** Strict: no other site's link or form brings it along. The console itself asks from its own page. */
@Injectable()
export class SessionCookie extends HostCookie {
  constructor({ publicUrl }: Settings) {
    super({ publicUrl, name: 'countersign-console', sameSite: 'strict', maxAgeSeconds: SESSION_SECONDS });
  }
}
