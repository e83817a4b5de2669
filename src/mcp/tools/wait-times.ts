import { Injectable } from '@nestjs/common';

/** How long requests of MCP clients wait for their users. */
@Injectable()
export class WaitTimes {
  /** After the user has agreed to open a link, for what happens there. Official clients give a request 60 s. */
  linkMs = 25_000;
  /** For the answer to a form of the client. Confirmations expire then. */
  formMs = 600_000;
}
