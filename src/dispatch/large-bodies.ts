import { Injectable } from '@nestjs/common';
import { Settings } from '../config/index.js';
import { Metrics } from '../metrics/index.js';
import { Bulkhead, EgressAbortedError, type LargeBody } from '../egress/index.js';

/** What is larger may become several times as large in memory: decompressed, as base64, in the answer's JSON. */
const BEYOND_BYTES = 1_048_576;

const EVERYWHERE = 'everywhere';

/**
 * Bounds what all calls together hold of large bodies: so many calls at once, half of them of one host, so that one that sends slowly does not
 * hold up the large answers of all others. Who comes later waits before reading on, first come, first served, until its deadline.
 */
@Injectable()
export class LargeBodies {
  private readonly hosts: Bulkhead;
  private readonly all: Bulkhead;

  constructor(
    { call: { maxLargeAnswers } }: Settings,
    private readonly metrics: Metrics,
  ) {
    this.hosts = new Bulkhead(Math.ceil(maxLargeAnswers / 2));
    this.all = new Bulkhead(maxLargeAnswers);
  }

  /** For one call. */
  hold(): LargeBodyHold {
    return new LargeBodyHold(this.hosts, this.all, this.metrics);
  }
}

/** A call's place among those that hold large bodies, if it comes to need one: one place for all that it reads. */
export class LargeBodyHold {
  private readonly undo: (() => void)[] = [];
  private admitted: Promise<void> | undefined;
  private hasEnded = false;

  constructor(
    private readonly hosts: Bulkhead,
    private readonly all: Bulkhead,
    private readonly metrics: Metrics,
  ) {}

  /** @param host whose body it is that asks first */
  for(host: string): LargeBody {
    return { beyondBytes: BEYOND_BYTES, admit: () => (this.admitted ??= this.admit(host)) };
  }

  /** The call is over, and all that it held has been sent. */
  end(): void {
    this.hasEnded = true;
    for (const undo of this.undo.splice(0).toReversed()) undo();
  }

  /** A place at the host first: nobody waits there who has one of all places. */
  private async admit(host: string): Promise<void> {
    await this.enter(this.hosts, host, host);
    await this.enter(this.all, EVERYWHERE, host);
    if (this.hasEnded) return;
    this.metrics.largeAnswers.inc();
    this.undo.push(() => this.metrics.largeAnswers.dec());
  }

  private async enter(bulkhead: Bulkhead, key: string, host: string): Promise<void> {
    if (this.hasEnded) throw new EgressAbortedError(host);
    const leave = () => bulkhead.leave(key);
    if (bulkhead.tryEnter(key)) return void this.undo.push(leave);
    await new Promise<void>((resolve, reject) => {
      const stopWaiting = bulkhead.wait(key, () => {
        this.undo.splice(-1, 1, leave);
        resolve();
      });
      this.undo.push(() => {
        stopWaiting();
        reject(new EgressAbortedError(host));
      });
    });
  }
}
