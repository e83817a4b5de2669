import { Client, type ApiResponse } from '../../support/client.js';
import { REPLICAS_HEADER } from './balancer.js';

/** One request of the load, and its response. */
export interface Sample {
  kind: string;
  /** By `Date.now()`. */
  from: number;
  to: number;
  /** 0 if the connection broke. */
  status: number;
  /** The code of the problem. */
  code?: string;
  /** Addresses of the replicas that were asked; empty if the balancer asked none. */
  replicas: string;
  /** Whether a replica answered, and not the balancer. */
  isFromReplica: boolean;
  detail: string;
}

/** Conditions on the response of a sample. */
interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** The client gives up after this; nothing may take as long. */
const CLIENT_TIMEOUT_MS = 25_000;

/** A browser waits longer for its sign-in: attempts to store a result begin for 25 s, and the last one may take ten more (docs/monitoring.md). */
export const CALLBACK_TIMEOUT_MS = 40_000;

/** Keeps a sample of every request. */
export class Recorder {
  readonly samples: Sample[] = [];

  /** Measures a request that is made elsewhere. @returns `undefined` if the connection broke */
  async measure<T extends Answer>(kind: string, url: string, request: () => Promise<T>): Promise<T | undefined> {
    const from = Date.now();
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      const timeoutMs = kind === 'callback' ? CALLBACK_TIMEOUT_MS : CLIENT_TIMEOUT_MS;
      timer = setTimeout(() => reject(new Error('the client gave up')), timeoutMs);
    });
    try {
      const answer = await Promise.race([request(), timeout]);
      this.samples.push(sampleOf(kind, url, from, answer));
      return answer;
    } catch (error) {
      const detail = error instanceof Error ? `${error.message} ${causeOf(error)}` : String(error);
      const replicas = new URL(url).host;
      this.samples.push({ kind, from, to: Date.now(), status: 0, replicas, isFromReplica: false, detail });
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends a request of the API. */
  send(
    kind: string,
    { url, key }: Client,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<ApiResponse | undefined> {
    return this.measure(kind, url, () => new Client(url, key).send(method, path, body));
  }
}

function sampleOf(kind: string, url: string, from: number, { status, headers, body }: Answer): Sample {
  const code = (body as { code?: string } | undefined)?.code;
  return {
    kind,
    from,
    to: Date.now(),
    status,
    code,
    replicas: headers.get(REPLICAS_HEADER) ?? new URL(url).host,
    isFromReplica: headers.has('x-request-id'),
    detail: status < 400 ? '' : JSON.stringify(body)?.slice(0, 300),
  };
}

function causeOf({ cause }: Error): string {
  return cause instanceof Error ? cause.message : '';
}
