/**
 * A JSON body of an upstream, as it was written.
 *
 * JavaScript cannot hold every JSON number: parsed and written again, `12345678901234567890` and `1.0` would lose digits.
 */
export class JsonBody {
  /** @param text valid JSON */
  constructor(readonly text: string) {}

  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}
