import { CountersignError } from '../../common/index.js';

/** No usable metadata was found. The message lists every URL that was tried and its response. */
export class DiscoveryError extends CountersignError {
  /**
   * @param failures one entry per URL, the URL first
   * @param isAbsent whether every URL answered 404: the server has no metadata
   * @param pointer JSON pointer to the issuer in the request
   */
  constructor(
    failures: readonly string[],
    readonly isAbsent: boolean,
    pointer: string,
  ) {
    const detail = `no usable metadata found: ${failures.join('; ')}`;
    super('discovery_failed', detail, [{ pointer, message: detail }]);
  }
}
