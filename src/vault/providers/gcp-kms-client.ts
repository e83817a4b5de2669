import type { KeyManagementServiceClient } from '@google-cloud/kms';
import { environmentVariable } from '../../config/index.js';
import { KeyServiceError, VaultKeyError } from './key-provider.js';

/** The version that is tested; 6 needs Node 22. */
const PACKAGE = '@google-cloud/kms@5';

/** For one question with its second attempt and the way to a token, whatever they do. */
const TIMEOUT_MS = 4000;

/** A call's status in gRPC, by its number. */
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

/** A connection that was lost, or a credential that was replaced: a fresh client may do better at once. */
const WORTH_ANOTHER = new Set(['UNAVAILABLE', 'UNAUTHENTICATED']);

/** The client's own retries would go on for ten minutes. */
interface CallOptions {
  timeout: number;
  retry: null;
}

type Call<T> = (client: KeyManagementServiceClient, options: CallOptions) => Promise<[T, ...unknown[]]>;

/** What a call ended with, where that is a status. */
export class CallError extends Error {
  constructor(
    readonly status: string,
    /** The service's own words. */
    readonly details: string,
    cause: unknown,
  ) {
    super(status, { cause });
  }
}

/**
 * Google's client of Cloud KMS over gRPC, its own first choice: a call's deadline ends the call itself, and the status is the service's. (Over
 * REST a call cannot be ended, and a failure is the HTTP client's error, which carries the request with its plaintext and its token.)
 *
 * gRPC holds a connection that is lost back for longer each time, and one that a firewall forgot for as long as TCP does; and the client
 * never forgets that it found no credentials. So a client that failed is dropped, and the next question has one of its own.
 */
export class GcpKmsClient {
  private client: KeyManagementServiceClient | undefined;

  private constructor(private readonly connect: () => KeyManagementServiceClient) {}

  /** @throws {VaultKeyError} the package is not installed, or what is set is no endpoint or writes keys to the log */
  static async load(): Promise<GcpKmsClient> {
    if (environmentVariable('GOOGLE_SDK_NODE_LOGGING')) {
      throw new VaultKeyError('gcp-kms: unset GOOGLE_SDK_NODE_LOGGING, which writes keys and tokens to the log');
    }
    const options = {
      ...endpoint(),
      // A dropped client takes its connections along, with their waiting times.
      'grpc.use_local_subchannel_pool': 1,
    };
    const { KeyManagementServiceClient } = await load();
    return new GcpKmsClient(() => new KeyManagementServiceClient(options));
  }

  /**
   * @throws {CallError} it ended with a status
   * @throws {KeyServiceError}
   */
  async ask<T>(call: Call<T>): Promise<T> {
    const until = Date.now() + TIMEOUT_MS;
    try {
      return await this.attempt(call, until);
    } catch (error) {
      if (!(error instanceof CallError && WORTH_ANOTHER.has(error.status))) throw error;
      return this.attempt(call, until);
    }
  }

  /** Waits for nothing: the way to a token may hang. */
  async close(): Promise<void> {
    if (this.client) void this.drop(this.client);
  }

  private async attempt<T>(call: Call<T>, until: number): Promise<T> {
    const client = (this.client ??= this.connect());
    try {
      return await within(until, () => answerOf(client, call, until));
    } catch (error) {
      const failure = error instanceof KeyServiceError ? error : callError(error);
      const { status } = failure as Partial<CallError>;
      const isOver = !status || WORTH_ANOTHER.has(status) || status === 'DEADLINE_EXCEEDED';
      if (isOver) void this.drop(client);
      throw failure;
    }
  }

  /** Its own `close` would first connect the clients of two other services. Calls under way go on to their end. */
  private async drop(client: KeyManagementServiceClient): Promise<void> {
    if (this.client === client) this.client = undefined;
    const stub = await client.initialize().catch(() => undefined);
    stub?.['close']?.();
  }
}

async function answerOf<T>(client: KeyManagementServiceClient, call: Call<T>, until: number): Promise<T> {
  try {
    // A call would do it too, but let a failure end the process.
    await client.initialize();
  } catch (error) {
    throw new KeyServiceError(
      'needs credentials: set GOOGLE_APPLICATION_CREDENTIALS, or run where Google gives them',
      error,
    );
  }
  const [answer] = await call(client, { timeout: Math.max(1, until - Date.now()), retry: null });
  return answer;
}

/** A way to a token has no deadline of its own. */
async function within<T>(until: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const isLate = () =>
      reject(Object.assign(new Error('it took too long'), { code: STATUS.indexOf('DEADLINE_EXCEEDED') }));
    timer = setTimeout(isLate, until - Date.now() + 200);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function callError(error: unknown): CallError {
  const { code, details } = error as { code?: unknown; details?: unknown };
  return new CallError((typeof code === 'number' && STATUS[code]) || 'UNKNOWN', String(details ?? ''), error);
}

/** Google's own, or where gcloud finds it: a private endpoint. A token goes with each call, so it is https everywhere. */
function endpoint(): { apiEndpoint: string; port: number } | undefined {
  const text = environmentVariable('CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS');
  if (!text) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' || url.href !== `${url.origin}/`) {
    throw new VaultKeyError('gcp-kms: CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS must be like https://kms.example.com/');
  }
  return { apiEndpoint: url.hostname, port: Number(url.port || 443) };
}

async function load(): Promise<typeof import('@google-cloud/kms')> {
  try {
    return await import('@google-cloud/kms');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new VaultKeyError(`gcp-kms: needs a package that is not installed: npm install ${PACKAGE}`);
  }
}
