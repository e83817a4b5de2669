import { beforeDeadline, parseUrl } from '../../common/index.js';
import type { KeyManagementServiceClient } from '@google-cloud/kms';
import { environmentVariable } from '../../config/index.js';
import { KeyServiceError, VaultKeyError } from './key-provider.js';

/** The tested version. Version 6 requires Node 22. */
const PACKAGE = '@google-cloud/kms@5';

/** For a call including its retry and the request for an access token. */
const TIMEOUT_MS = 4000;

/** The status codes of gRPC, by number. */
const STATUS = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/** A lost connection or a replaced credential: a new client may succeed at once. */
const RETRYABLE = new Set(['UNAVAILABLE', 'UNAUTHENTICATED']);

/** Disables the client's own retries, which last ten minutes. */
interface CallOptions {
  timeout: number;
  retry: null;
}

type Call<T> = (client: KeyManagementServiceClient, options: CallOptions) => Promise<[T, ...unknown[]]>;

/** A call that ended with a status other than OK. */
export class CallError extends Error {
  constructor(
    readonly status: string,
    /** The message of the service. */
    readonly details: string,
    cause: unknown,
  ) {
    super(status, { cause });
  }
}

/**
 * Google's client for Cloud KMS, over gRPC: a deadline cancels the call, and an error is the status of the service. With the client's REST
 * fallback, a call cannot be canceled, and an error contains the request with its plaintext and access token.
 *
 * gRPC delays reconnecting for longer after each failure, does not notice a connection that a firewall dropped, and the client caches that it
 * found no credentials. Therefore a client is discarded after a failure, and the next call creates a new one (decision record 16).
 */
export class GcpKmsClient {
  private client: KeyManagementServiceClient | undefined;

  private constructor(private readonly connect: () => KeyManagementServiceClient) {}

  /** @throws {VaultKeyError} the package is not installed, the endpoint is invalid, or logging would write keys to the log */
  static async load(): Promise<GcpKmsClient> {
    if (environmentVariable('GOOGLE_SDK_NODE_LOGGING')) {
      throw new VaultKeyError('gcp-kms: unset GOOGLE_SDK_NODE_LOGGING, which writes keys and tokens to the log');
    }
    const options = {
      ...endpoint(),
      // Connections, with their reconnect delays, belong to one client.
      'grpc.use_local_subchannel_pool': 1,
    };
    const { KeyManagementServiceClient } = await load();
    return new GcpKmsClient(() => new KeyManagementServiceClient(options));
  }

  /**
   * @throws {CallError} the service responded with an error status
   * @throws {KeyServiceError} there are no credentials
   */
  async call<T>(call: Call<T>): Promise<T> {
    const deadline = Date.now() + TIMEOUT_MS;
    try {
      return await this.attempt(call, deadline);
    } catch (error) {
      if (!(error instanceof CallError && RETRYABLE.has(error.status))) throw error;
      return this.attempt(call, deadline);
    }
  }

  /** Does not wait: a request for an access token may hang. */
  async close(): Promise<void> {
    if (this.client) void this.discard(this.client);
  }

  private async attempt<T>(call: Call<T>, deadline: number): Promise<T> {
    const client = (this.client ??= this.connect());
    try {
      return await withDeadline(deadline, () => sendCall(client, call, deadline));
    } catch (error) {
      const failure = error instanceof KeyServiceError ? error : callError(error);
      const { status } = failure as Partial<CallError>;
      const isClientBroken = !status || RETRYABLE.has(status) || status === 'DEADLINE_EXCEEDED';
      if (isClientBroken) void this.discard(client);
      throw failure;
    }
  }

  /** The client's own `close` would first connect two other services. Calls in flight complete. */
  private async discard(client: KeyManagementServiceClient): Promise<void> {
    if (this.client === client) this.client = undefined;
    const stub = await client.initialize().catch(() => undefined);
    stub?.['close']?.();
  }
}

async function sendCall<T>(client: KeyManagementServiceClient, call: Call<T>, deadline: number): Promise<T> {
  try {
    // A call would initialize the client too, but a failure would be an unhandled rejection.
    await client.initialize();
  } catch (error) {
    throw new KeyServiceError(
      'requires credentials; set GOOGLE_APPLICATION_CREDENTIALS or use an attached service account',
      error,
    );
  }
  const [response] = await call(client, { timeout: Math.max(1, deadline - Date.now()), retry: null });
  return response;
}

/** How long Google's client gets beyond the deadline to report it itself. */
const OVERTIME_MS = 200;

/** Enforces the deadline: the request for an access token has none of its own. */
function withDeadline<T>(deadline: number, work: () => Promise<T>): Promise<T> {
  const exceeded = { code: STATUS.indexOf('DEADLINE_EXCEEDED') };
  return beforeDeadline(work(), deadline + OVERTIME_MS, () => Object.assign(new Error('deadline exceeded'), exceeded));
}

function callError(error: unknown): CallError {
  const { code, details } = error as { code?: unknown; details?: unknown };
  return new CallError((typeof code === 'number' && STATUS[code]) || 'UNKNOWN', String(details ?? ''), error);
}

/** Returns a private endpoint from gcloud's setting, if any. Calls carry an access token, so it must be https. */
function endpoint(): { apiEndpoint: string; port: number } | undefined {
  const text = environmentVariable('CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS');
  if (!text) return undefined;
  const url = parseUrl(text);
  if (url?.protocol !== 'https:' || url.href !== `${url.origin}/`) {
    throw new VaultKeyError(
      'gcp-kms: CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS must be a URL such as https://kms.example.com/',
    );
  }
  return { apiEndpoint: url.hostname, port: Number(url.port || 443) };
}

async function load(): Promise<typeof import('@google-cloud/kms')> {
  try {
    return await import('@google-cloud/kms');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new VaultKeyError(`gcp-kms: a required package is not installed; run \`npm install ${PACKAGE}\``);
  }
}
