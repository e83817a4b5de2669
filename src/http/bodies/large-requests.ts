import type { BufferMemory } from '../../egress/index.js';
import { Turns } from '../../workers/index.js';
import { FairTurns } from './fair-turns.js';

/** The budget has a limit for each host that sends bodies. All clients are one host. */
const CLIENTS = 'clients';

/** The body of one large request. */
export interface LargeRequest {
  /**
   * Waits until more of the body may be read.
   *
   * @param bytes that have arrived
   * @returns a promise if the reading must pause; it rejects if the request is released first
   */
  grow(bytes: number): Promise<void> | undefined;
  /** Parses the body when it is the tenant's turn, while no other body is being parsed. */
  parse<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Releases the memory of the body. */
  release(): void;
}

/**
 * Shares memory and the main thread between the tenants that send large bodies.
 *
 * A body is read in steps. Each step takes memory of the budget for bodies, and a turn of the event loop: a socket would otherwise deliver up to 2 MiB
 * in one turn, and many of them together would delay all other requests. One body after the other is parsed, because what was parsed takes
 * several times as much memory.
 */
export class LargeRequests {
  /** Memory and time are requested in steps of this size. */
  static readonly STEP_BYTES = 262_144;
  /** Lets one request of each tenant at a time ask for its first memory, so that the budget has few requests to choose from. */
  readonly #admissions = new Turns({ ...UNLIMITED, slotsPerTenant: 1 });
  readonly #steps = new FairTurns(1);
  readonly #parses = new Turns({ ...UNLIMITED, slots: 1, slotsPerTenant: 1 });

  constructor(private readonly memory: BufferMemory) {}

  /** @param maximum of bytes that the body can have */
  open(tenantId: string, maximum: number): LargeRequest {
    const call = this.memory.openCall(tenantId);
    const body = call.responses.open(CLIENTS);
    let requested = 0;
    const grow = async (bytes: number): Promise<void> => {
      const isFirst = requested === 0;
      requested = Math.max(bytes, Math.min(bytes + LargeRequests.STEP_BYTES, maximum));
      if (isFirst) await this.#admissions.acquire(tenantId);
      try {
        await body.grow(requested, maximum);
      } finally {
        if (isFirst) this.#admissions.release(tenantId);
      }
      await new Promise<void>((resolve) => this.#steps.begin(tenantId, resolve));
    };
    return {
      grow: (bytes) => (bytes > requested ? grow(bytes) : undefined),
      parse: async (work) => {
        await this.#parses.acquire(tenantId);
        try {
          return await work();
        } finally {
          this.#parses.release(tenantId);
        }
      },
      release: () => call.end(),
    };
  }
}

const UNLIMITED = {
  slots: Number.POSITIVE_INFINITY,
  slotsPerTenant: Number.POSITIVE_INFINITY,
  waitingPerTenant: Number.POSITIVE_INFINITY,
};
