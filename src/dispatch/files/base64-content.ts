import { RawJson } from '../../common/index.js';

/**
 * The content of a large file in base64, which needs no escapes in JSON. It is sent as it is: writing tens of megabytes as a JSON string would
 * hold the event loop for a tenth of a second.
 */
export class Base64Content extends RawJson {
  /** @param ascii the characters as octets */
  constructor(readonly ascii: Buffer) {
    super(['"', ascii, '"']);
  }

  override toJSON(): string {
    return this.ascii.toString('latin1');
  }
}
