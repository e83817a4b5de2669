import { CountersignError } from '../../common/index.js';

/** There is no metadata that can be used. The message names every place that was asked, and what it answered. */
export class DiscoveryError extends CountersignError {
  /**
   * @param failures one a place, its URL first
   * @param isAbsent every place that an issuer's metadata can be at answered 404: the server has none
   * @param pointer where the client named the issuer
   */
  constructor(
    failures: readonly string[],
    readonly isAbsent: boolean,
    pointer: string,
  ) {
    const detail = `no metadata can be used: ${failures.join('; ')}`;
    super('discovery_failed', detail, [{ pointer, message: detail }]);
  }
}
