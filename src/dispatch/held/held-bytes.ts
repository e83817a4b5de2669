import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/index.js';
import { EgressAbortedError, type HeldBody, type Holding } from '../../egress/index.js';
import { Metrics } from '../../metrics/index.js';
import { Account, ByteBudget } from './byte-budget.js';

/** What a byte of a body comes to in memory until the call is over: as it came, joined, as text, and as JSON on its way to the caller. */
export const BYTES_PER_BYTE = {
  text: 4,
  /** Or of JSON, which may hold files: in base64 as well. */
  file: 6,
  /** Of one that goes to the upstream. */
  sentFile: 4,
};

/** Of the whole, for files on their way to upstreams. */
const PART_OF_SENT_FILES = 1 / 5;

/**
 * Bounds what all calls together hold of bodies that are more than small, in bytes of memory; and what those of one host do, to half of it,
 * so that one that sends slowly does not hold up all others. Who finds nothing left waits before reading on, until its deadline.
 *
 * Files that are fetched to be sent have a budget of their own. A call needs room for its answer while it holds them, and nobody
 * who holds a part of an answer ever needs room for files to be sent: so the wait goes one way only, and comes to an end.
 */
@Injectable()
export class HeldBytes {
  private readonly sentFiles: ByteBudget;
  private readonly answers: ByteBudget;

  constructor(
    { call: { maxHeldBytes } }: Settings,
    private readonly metrics: Metrics,
  ) {
    const forSentFiles = Math.floor(maxHeldBytes * PART_OF_SENT_FILES);
    [this.sentFiles, this.answers] = [budgetOf(forSentFiles), budgetOf(maxHeldBytes - forSentFiles)];
  }

  /** For one call. */
  hold(): CallHold {
    return new CallHold(this.sentFiles, this.answers, this.metrics);
  }
}

function budgetOf(bytes: number): ByteBudget {
  return new ByteBudget(bytes, Math.floor(bytes / 2));
}

/** What one call holds of bodies. */
export class CallHold {
  /** Of files that it sends. */
  readonly sentFiles: BodyHold;
  /** Of answers, and of the files that they name. */
  readonly answers: BodyHold;
  readonly #untilHolding = new Set<() => void>();
  /** Bodies that wait. */
  #waiting = 0;

  constructor(
    sentFiles: ByteBudget,
    answers: ByteBudget,
    private readonly metrics: Metrics,
  ) {
    this.sentFiles = new BodyHold(sentFiles, this);
    this.answers = new BodyHold(answers, this);
  }

  get isHolding(): boolean {
    return this.sentFiles.account.total + this.answers.account.total > 0;
  }

  whenHolding(proceed: () => void): () => void {
    this.#untilHolding.add(proceed);
    return () => void this.#untilHolding.delete(proceed);
  }

  /** The call is over, and all that it held has been sent. */
  end(): void {
    this.sentFiles.end();
    this.answers.end();
  }

  hasDrawn(bytes: number): void {
    this.metrics.heldBytes.inc(bytes);
    queueMicrotask(() => {
      for (const proceed of this.#untilHolding) {
        this.#untilHolding.delete(proceed);
        proceed();
      }
    });
  }

  hasGivenBack(bytes: number): void {
    this.metrics.heldBytes.dec(bytes);
  }

  waits(): void {
    if (this.#waiting++ === 0) this.metrics.waitingForBytes.inc();
  }

  waitsNoMore(): void {
    if (--this.#waiting === 0) this.metrics.waitingForBytes.dec();
  }
}

/** What a call holds out of one budget. */
export class BodyHold implements Holding {
  readonly account = new Account();
  readonly #bodies = new Set<Body>();
  #hasEnded = false;
  /** What bodies that are still to come may need. */
  #expected = 0;

  constructor(
    private readonly budget: ByteBudget,
    private readonly call: CallHold,
  ) {}

  get isHolding(): boolean {
    return this.call.isHolding;
  }

  whenHolding(proceed: () => void): () => void {
    return this.call.whenHolding(proceed);
  }

  open(host: string): HeldBody {
    const body = new Body(host, this.account, this.budget, this.call, () => this.#expected);
    if (this.#hasEnded) body.drop();
    else this.#bodies.add(body);
    return body;
  }

  /** From now on it needs no more than so many bytes of memory beside what it has. */
  expect(bytes: number): void {
    this.#expected = bytes;
    this.budget.narrow(this.account, bytes);
  }

  /** Gives all back: nobody looks at what was read. */
  drop(): void {
    for (const body of this.#bodies) body.drop();
    this.#bodies.clear();
  }

  end(): void {
    this.#hasEnded = true;
    this.drop();
  }
}

class Body implements HeldBody {
  /** Bytes of memory that it may take. */
  #granted = 0;
  /** How many of them are counted. */
  #drawn = 0;
  #stopWaiting: (() => void) | undefined;
  #isDropped = false;

  constructor(
    private readonly host: string,
    private readonly account: Account,
    private readonly budget: ByteBudget,
    private readonly call: CallHold,
    private readonly expected: () => number,
  ) {}

  grow(bytes: number, claim: number): Promise<void> | undefined {
    if (this.#isDropped) return Promise.reject(new EgressAbortedError(this.host));
    if (bytes <= this.#granted) return undefined;
    let resume: (() => void) | undefined;
    const stop = this.budget.draw({
      account: this.account,
      host: this.host,
      bytes: bytes - this.#granted,
      claim: Math.max(claim, this.expected()),
      proceed: (counted) => {
        this.#granted = bytes;
        this.#drawn += counted;
        this.call.hasDrawn(counted);
        resume?.();
      },
    });
    if (this.#granted === bytes) return undefined;
    this.call.waits();
    return new Promise((resolve, reject) => {
      const go = (on: () => void): void => {
        this.#stopWaiting = undefined;
        this.call.waitsNoMore();
        on();
      };
      resume = () => go(resolve);
      this.#stopWaiting = () =>
        go(() => {
          stop();
          reject(new EgressAbortedError(this.host));
        });
    });
  }

  keep(bytes: number): void {
    this.#granted = Math.min(this.#granted, bytes);
    this.giveBack(Math.max(0, this.#drawn - bytes));
  }

  drop(): void {
    if (this.#isDropped) return;
    this.#isDropped = true;
    this.#stopWaiting?.();
    this.giveBack(this.#drawn);
  }

  private giveBack(bytes: number): void {
    this.#drawn -= bytes;
    if (bytes > 0) this.call.hasGivenBack(bytes);
    this.budget.giveBack(this.account, this.host, bytes);
  }
}
