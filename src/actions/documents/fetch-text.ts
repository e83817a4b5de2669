import { CountersignError } from '../../common/index.js';
import { type Egress, EgressError } from '../../egress/index.js';
import { DEFAULT_LIMITS, decodeText } from '../../openapi/index.js';

/** What a URL answered with. */
export interface FetchedText {
  status: number;
  text: string;
  /** The last one, after redirects. */
  url: string;
}

const HEADERS = { accept: 'application/json, application/yaml;q=0.9, */*;q=0.5' };
const LIMITS = { timeoutMs: 30_000, maxResponseBytes: DEFAULT_LIMITS.maxBytes, redirects: 3 };

/**
 * Fetches what a client wants to import. No credential goes with the request.
 *
 * @param pointer where the client named the URL
 * @throws {CountersignError} `egress_denied`, `upstream_*`; `request_too_large` above 32 MiB
 */
export async function fetchText(egress: Egress, url: string, pointer: string): Promise<FetchedText> {
  try {
    const { status, body, url: last } = await egress.request({ url, headers: HEADERS, ...LIMITS });
    return { status, text: decodeText(body), url: last };
  } catch (error) {
    if (!(error instanceof EgressError)) throw error;
    throw fetchFailed(error, pointer);
  }
}

function fetchFailed(error: EgressError, pointer: string): CountersignError {
  const at = [{ pointer, message: error.message }];
  switch (error.code) {
    case 'upstream_too_large':
      return new CountersignError('request_too_large', 'what the URL answers is larger than 32 MiB', at);
    case 'aborted':
      return new CountersignError('upstream_unreachable', 'the request was given up', at);
    default:
      return new CountersignError(error.code, error.message, at);
  }
}
