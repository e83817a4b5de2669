import { LRUCache } from 'lru-cache';
import { Bulkhead } from '../../common/index.js';
import { parseHosts } from './hosts-file.js';
import { loopbackOf, type LookupAddress } from './lookup-address.js';
import { ParsedFile } from './parsed-file.js';
import { isNegative, queryAddresses } from './query.js';
import { candidateNames, parseSearchList } from './search-list.js';
import { SharedLookup } from './shared-lookup.js';

/** Resolves a name for a tenant; `signal` cancels the lookup. */
export type Lookup = (hostname: string, caller: LookupCaller) => Promise<readonly LookupAddress[]>;

export interface LookupCaller {
  readonly tenantId: string;
  readonly signal: AbortSignal;
}

export interface SystemLookupOptions {
  readonly hostsFile?: string;
  readonly resolvConf?: string;
  /** DNS servers as `address:port`; the system's by default. */
  readonly servers?: readonly string[];
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number;
  /** Lookups in flight; 64 by default. */
  readonly slots?: number;
}

/** How long a name without addresses is not asked for again. */
const NEGATIVE_TTL_MS = 5_000;
const MAX_NEGATIVE_NAMES = 1_000;

/** The key of the only bulkhead: all lookups share the slots. */
const LOOKUPS = '';

/**
 * Resolves names like the system's resolver (`/etc/hosts`, then DNS with the search list of `/etc/resolv.conf`), but without a thread:
 * `getaddrinfo` blocks one of the process's four until the servers answer, and cannot be cancelled.
 *
 * Concurrent lookups of a name are one lookup. The lookups in flight are limited and shared between tenants like the slots of a host.
 */
export class SystemLookup {
  readonly #hosts: ParsedFile<ReturnType<typeof parseHosts>>;
  readonly #searchList: ParsedFile<ReturnType<typeof parseSearchList>>;
  readonly #servers: readonly string[] | undefined;
  readonly #slots: Bulkhead;
  readonly #inFlight = new Map<string, SharedLookup<LookupAddress[]>>();
  /** The errors of names without addresses. */
  readonly #failures: LRUCache<string, Error>;

  constructor(options: SystemLookupOptions = {}) {
    const { hostsFile = '/etc/hosts', resolvConf = '/etc/resolv.conf', servers, now, slots = 64 } = options;
    this.#hosts = new ParsedFile(hostsFile, parseHosts);
    this.#searchList = new ParsedFile(resolvConf, parseSearchList);
    this.#servers = servers;
    this.#slots = new Bulkhead(slots);
    const perf = now && { perf: { now } };
    this.#failures = new LRUCache({ max: MAX_NEGATIVE_NAMES, ttl: NEGATIVE_TTL_MS, ttlResolution: 0, ...perf });
  }

  /** @param hostname in lower case, without a trailing dot. @throws an error with a `code`; the signal's reason on abort */
  readonly lookup: Lookup = async (hostname, caller) => {
    const local = this.#hosts.read().get(hostname) ?? loopbackOf(hostname);
    if (local !== undefined) return local;
    const failure = this.#failures.get(hostname);
    if (failure !== undefined) throw failure;
    return this.#inFlight.get(hostname)?.join(caller.signal) ?? this.#lookUp(hostname, caller);
  };

  /** Takes a slot first: a lookup that waits for a slot of one tenant must not make others wait. */
  async #lookUp(hostname: string, { tenantId, signal }: LookupCaller): Promise<LookupAddress[]> {
    await this.#acquireSlot(tenantId, signal);
    const release = (): void => this.#slots.release(LOOKUPS, tenantId);
    const inFlight = this.#inFlight.get(hostname);
    if (inFlight !== undefined) {
      release();
      return inFlight.join(signal);
    }
    const forget = (): void => {
      if (this.#inFlight.get(hostname) === lookup) this.#inFlight.delete(hostname);
    };
    const lookup = new SharedLookup(async (cancelled) => {
      try {
        return await this.#query(hostname, cancelled);
      } finally {
        forget();
        release();
      }
    }, forget);
    this.#inFlight.set(hostname, lookup);
    return lookup.join(signal);
  }

  async #query(hostname: string, signal: AbortSignal): Promise<LookupAddress[]> {
    try {
      return await queryAddresses(candidateNames(hostname, this.#searchList.read()), this.#servers, signal);
    } catch (error) {
      if (isNegative(error)) this.#failures.set(hostname, error as Error);
      throw error;
    }
  }

  async #acquireSlot(tenantId: string, signal: AbortSignal): Promise<void> {
    if (this.#slots.tryAcquire(LOOKUPS, tenantId)) return;
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        cancel();
        reject(signal.reason as Error);
      };
      const cancel = this.#slots.wait(LOOKUPS, tenantId, () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }
}
