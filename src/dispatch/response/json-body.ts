import { RawJson } from '../../common/index.js';

/**
 * A JSON body of an upstream, as it was written.
 *
 * JavaScript cannot hold every JSON number as it is written: parsed and written again, `1.0` becomes `1`.
 */
export class JsonBody extends RawJson {
  /** @param text valid JSON */
  constructor(readonly text: string) {
    super([text]);
  }
}
