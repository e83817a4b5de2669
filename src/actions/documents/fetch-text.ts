import { CountersignError } from '../../common/index.js';
import { type Egress, EgressError } from '../../egress/index.js';
import { DEFAULT_LIMITS, decodeText } from '@countersign/openapi';

/** The response of a URL. */
export interface FetchedText {
  status: number;
  text: string;
  /** The URL after redirects. */
  url: string;
}

const HEADERS = { accept: 'application/json, application/yaml;q=0.9, */*;q=0.5' };
const LIMITS = { timeoutMs: 30_000, maxResponseBytes: DEFAULT_LIMITS.maxBytes, redirects: 3 };

/**
 * Fetches a document to import, without credentials.
 *
 * @param tenantId the tenant that imports it
 * @param pointer points to the URL in the request body
 * @throws {CountersignError} `egress_denied`, `upstream_*`; `request_too_large` above 32 MiB
 */
export async function fetchText(egress: Egress, tenantId: string, url: string, pointer: string): Promise<FetchedText> {
  try {
    const { status, body, url: last } = await egress.request({ tenantId, url, headers: HEADERS, ...LIMITS });
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
      return new CountersignError('request_too_large', 'the response of the URL is larger than 32 MiB', at);
    case 'aborted':
      return new CountersignError('upstream_unreachable', 'the request was aborted', at);
    default:
      return new CountersignError(error.code, error.message, at);
  }
}
