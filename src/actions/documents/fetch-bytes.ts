import { CountersignError } from '../../common/index.js';
import { type CallReservation, type Egress, EgressError, MEMORY_PER_BYTE } from '../../egress/index.js';
import { DEFAULT_LIMITS } from '@countersign/openapi';
import { transferable } from '../../workers/index.js';

/** The response of a URL. */
export interface FetchedBytes {
  status: number;
  bytes: Uint8Array<ArrayBuffer>;
  /** The URL after redirects. */
  url: string;
}

const HEADERS = { accept: 'application/json, application/yaml;q=0.9, */*;q=0.5' };
const MEMORY = { perByte: MEMORY_PER_BYTE.text, afterBody: 0 };
const TIMEOUT_MS = 30_000;
const MAX_REDIRECTS = 3;

/** What a response may need at most. */
export interface FetchLimits {
  readonly maxBytes: number;
  /** at most {@link TIMEOUT_MS} */
  readonly timeoutMs: number;
}

const LIMITS: FetchLimits = { maxBytes: DEFAULT_LIMITS.maxBytes, timeoutMs: TIMEOUT_MS };

/**
 * Fetches a document to import, without credentials.
 *
 * @param memory of the tenant that imports it; holds the bytes until it is ended
 * @param pointer points to the URL in the request body
 * @throws {CountersignError} `egress_denied`, `upstream_*`; `request_too_large` above 32 MiB, or the given limit
 */
export async function fetchBytes(
  egress: Egress,
  memory: CallReservation,
  url: string,
  pointer: string,
  { maxBytes, timeoutMs } = LIMITS,
): Promise<FetchedBytes> {
  try {
    const { tenantId, responses } = memory;
    const response = await egress.request({
      tenantId,
      memory: responses,
      url,
      headers: HEADERS,
      redirects: MAX_REDIRECTS,
      timeoutMs: Math.min(timeoutMs, TIMEOUT_MS),
      maxResponseBytes: () => ({ bytes: maxBytes, memory: MEMORY }),
    });
    return { status: response.status, bytes: transferable(response.body), url: response.url };
  } catch (error) {
    if (!(error instanceof EgressError)) throw error;
    throw fetchFailed(error, pointer);
  }
}

/** Returns the problem of a URL that could not be read. */
export function fetchFailed(error: EgressError, pointer: string): CountersignError {
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
