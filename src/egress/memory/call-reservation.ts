import { EgressAbortedError } from '../errors/egress-error.js';
import type { BodyMemory, MemoryReservation } from '../exchange/memory-reservation.js';
import type { Metrics } from '../../metrics/index.js';
import { Reservation, type MemoryBudget } from './memory-budget.js';

/** The memory that one call or import holds for bodies. */
export class CallReservation {
  /** For files that the call sends. */
  readonly sentFiles: BudgetReservation;
  /** For responses and the files that they name. */
  readonly responses: BudgetReservation;
  readonly #grantedCallbacks = new Set<() => void>();
  #waitingBodies = 0;

  constructor(
    readonly tenantId: string,
    sentFiles: MemoryBudget,
    responses: MemoryBudget,
    private readonly metrics: Metrics,
  ) {
    this.sentFiles = new BudgetReservation(sentFiles, this);
    this.responses = new BudgetReservation(responses, this);
  }

  get isHolding(): boolean {
    return this.sentFiles.reservation.total + this.responses.reservation.total > 0;
  }

  onGranted(callback: () => void): () => void {
    this.#grantedCallbacks.add(callback);
    return () => void this.#grantedCallbacks.delete(callback);
  }

  /** Releases everything for good: the call is over and its outcome has been sent. */
  end(): void {
    this.sentFiles.end();
    this.responses.end();
  }

  countReserved(bytes: number): void {
    this.metrics.heldBytes.inc(bytes);
    queueMicrotask(() => {
      for (const callback of this.#grantedCallbacks) {
        this.#grantedCallbacks.delete(callback);
        callback();
      }
    });
  }

  countReleased(bytes: number): void {
    this.metrics.heldBytes.dec(bytes);
  }

  countWait(): void {
    if (this.#waitingBodies++ === 0) this.metrics.waitingForBytes.inc();
  }

  countWaitEnd(): void {
    if (--this.#waitingBodies === 0) this.metrics.waitingForBytes.dec();
  }
}

/** The memory that a call holds from one of the budgets. */
export class BudgetReservation implements MemoryReservation {
  readonly reservation: Reservation;
  readonly #bodies = new Set<ReservedBody>();
  #hasEnded = false;
  /** The memory that bodies still to come may need. */
  #expected = 0;

  constructor(
    private readonly budget: MemoryBudget,
    private readonly call: CallReservation,
  ) {
    this.reservation = new Reservation(call.tenantId);
  }

  get isHolding(): boolean {
    return this.call.isHolding;
  }

  onGranted(callback: () => void): () => void {
    return this.call.onGranted(callback);
  }

  open(host: string): BodyMemory {
    const body = new ReservedBody(host, this.reservation, this.budget, this.call, () => this.#expected);
    if (this.#hasEnded) body.release();
    else this.#bodies.add(body);
    return body;
  }

  /** Declares the most memory that the call may still need. */
  expect(bytes: number): void {
    this.#expected = bytes;
    this.budget.shrinkClaim(this.reservation, bytes);
  }

  /** Releases all bodies; the call may read others. */
  release(): void {
    for (const body of this.#bodies) body.release();
    this.#bodies.clear();
  }

  end(): void {
    this.#hasEnded = true;
    this.release();
  }
}

class ReservedBody implements BodyMemory {
  /** The memory that the body may use. */
  #granted = 0;
  /** The part of it that is counted. */
  #counted = 0;
  #cancelWait: (() => void) | undefined;
  #isReleased = false;

  constructor(
    private readonly host: string,
    private readonly reservation: Reservation,
    private readonly budget: MemoryBudget,
    private readonly call: CallReservation,
    private readonly expected: () => number,
  ) {}

  grow(bytes: number, claim: number): Promise<void> | undefined {
    if (this.#isReleased) return Promise.reject(new EgressAbortedError(this.host));
    if (bytes <= this.#granted) return undefined;
    let resume: (() => void) | undefined;
    const cancel = this.budget.request({
      reservation: this.reservation,
      host: this.host,
      bytes: bytes - this.#granted,
      claim: Math.max(claim, this.expected()),
      onGranted: (counted) => {
        this.#granted = bytes;
        this.#counted += counted;
        this.call.countReserved(counted);
        resume?.();
      },
    });
    if (this.#granted === bytes) return undefined;
    this.call.countWait();
    return new Promise((resolve, reject) => {
      const endWait = (): void => {
        this.#cancelWait = undefined;
        this.call.countWaitEnd();
      };
      resume = () => {
        endWait();
        resolve();
      };
      this.#cancelWait = () => {
        endWait();
        cancel();
        reject(new EgressAbortedError(this.host));
      };
    });
  }

  shrink(bytes: number): void {
    this.#granted = Math.min(this.#granted, bytes);
    this.#releaseBytes(Math.max(0, this.#counted - bytes));
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#cancelWait?.();
    this.#releaseBytes(this.#counted);
  }

  #releaseBytes(bytes: number): void {
    this.#counted -= bytes;
    if (bytes > 0) this.call.countReleased(bytes);
    this.budget.release(this.reservation, this.host, bytes);
  }
}
