import { Injectable } from '@nestjs/common';
import { HostCookie } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { SESSION_SECONDS } from './console-sessions.js';

/** The console cookie. `SameSite=Strict`: links and forms of other sites never send it. */
@Injectable()
export class SessionCookie extends HostCookie {
  constructor({ publicUrl }: Settings) {
    super({ publicUrl, name: 'countersign-console', sameSite: 'strict', maxAgeSeconds: SESSION_SECONDS });
  }
}
