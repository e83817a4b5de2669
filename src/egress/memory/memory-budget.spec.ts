import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { MemoryBudget, Reservation } from './memory-budget.js';

/** A call that reserves memory, and what it was granted. */
class Call {
  readonly reservation: Reservation;
  granted = 0;
  waiting = 0;
  private readonly cancelWaits: (() => void)[] = [];

  constructor(
    private readonly budget: MemoryBudget,
    private readonly claim: number,
    readonly host = 'a',
    tenantId = 'tenant',
  ) {
    this.reservation = new Reservation(tenantId);
  }

  requests(bytes: number, host = this.host): this {
    this.waiting++;
    const onGranted = (): void => {
      this.waiting--;
      this.granted += bytes;
    };
    this.cancelWaits.push(
      this.budget.request({ reservation: this.reservation, host, bytes, claim: this.claim, onGranted }),
    );
    return this;
  }

  cancels(): void {
    for (const cancel of this.cancelWaits.splice(0)) cancel();
  }

  ends(): void {
    for (const [host, bytes] of this.reservation.byHost) this.budget.release(this.reservation, host, bytes);
  }
}

describe('MemoryBudget', () => {
  it('limits the total and each host, and serves waiting calls in order', () => {
    const budget = new MemoryBudget({ total: 100, perHost: 50 });
    const [first, second, third] = [1, 2, 3].map(() => new Call(budget, 30).requests(30));
    const other = new Call(budget, 50, 'b').requests(50);
    const late = new Call(budget, 20, 'a').requests(20);
    const calls = [first, second, third, other, late];
    // The late call would fit into the rest of its host's share, but it is not next.
    expect(calls.map((call) => call?.granted)).toEqual([30, 0, 0, 50, 0]);
    first?.ends();
    expect(calls.map((call) => call?.granted)).toEqual([30, 30, 0, 50, 0]);
    second?.ends();
    expect(calls.map((call) => call?.granted)).toEqual([30, 30, 30, 50, 20]);
  });

  it('delays all later calls if the total is exhausted for the first', () => {
    const budget = new MemoryBudget({ total: 100, perHost: 60 });
    const holders = ['a', 'b'].map((host) => new Call(budget, 45, host).requests(45));
    const large = new Call(budget, 60, 'c').requests(60);
    const small = new Call(budget, 5, 'd').requests(5);
    expect([large.granted, small.granted]).toEqual([0, 0]);
    large.cancels();
    expect(small.granted).toBe(5);
    for (const holder of holders) holder.ends();
    expect(large.granted).toBe(0);
  });

  it('keeps enough free that a call that holds memory can finish', () => {
    const budget = new MemoryBudget({ total: 100, perHost: 100 });
    const [first, second] = [new Call(budget, 80).requests(40), new Call(budget, 80, 'b').requests(40)];
    expect([first.granted, second.granted]).toEqual([40, 0]);
    first.requests(40);
    expect(first.granted).toBe(80);
    first.ends();
    expect(second.granted).toBe(40);
  });

  it('serves calls that hold memory before calls that hold none', () => {
    const budget = new MemoryBudget({ total: 100, perHost: 100 });
    const holder = new Call(budget, 60).requests(30);
    const next = new Call(budget, 80).requests(80);
    holder.requests(30);
    expect([holder.granted, next.granted]).toEqual([60, 0]);
  });

  it('grants the first request of a call as soon as the call holds memory for another host', () => {
    const budget = new MemoryBudget({ total: 100, perHost: 50 });
    new Call(budget, 40).requests(40);
    const next = new Call(budget, 50).requests(50);
    const call = new Call(budget, 10).requests(5).requests(5, 'b');
    expect([next.granted, call.granted]).toEqual([0, 10]);
  });

  it('grants a request as soon as another call needs so much less that both can finish', () => {
    const budget = new MemoryBudget({ total: 100, perHost: 50 });
    const first = new Call(budget, 20).requests(5, 'a').requests(5, 'b');
    const second = new Call(budget, 50, 'b').requests(34).requests(2);
    expect(second.granted).toBe(34);
    first.requests(1, 'a');
    expect(second.granted).toBe(36);
  });

  it('grants more to others when a call shrinks its claim', () => {
    const budget = new MemoryBudget({ total: 100, perHost: 100 });
    const first = new Call(budget, 80).requests(40);
    const second = new Call(budget, 80).requests(40);
    expect(second.granted).toBe(0);
    budget.shrinkClaim(first.reservation, 10);
    expect(second.granted).toBe(40);
    // Releasing does not change the need.
    budget.release(first.reservation, 'a', 20);
    expect([first.reservation.need, first.reservation.claim]).toEqual([10, 30]);
  });

  it('lets an oversized call run, without another growing call at its host', () => {
    const budget = new MemoryBudget({ total: 100, perHost: 50 });
    const huge = new Call(budget, 500).requests(30);
    const beside = new Call(budget, 30).requests(10);
    const other = new Call(budget, 30, 'b').requests(10);
    for (let step = 0; step < 10; step++) huge.requests(30);
    expect([huge.granted, huge.reservation.total, beside.granted, other.granted]).toEqual([330, 50, 0, 10]);
    huge.ends();
    expect([huge.reservation.total, beside.granted]).toEqual([0, 10]);
  });

  describe('with limits of tenants', () => {
    const budgetOf = () => new MemoryBudget({ total: 100, perHost: 60 }, { total: 75, perHost: 45 });

    it('leaves memory for others when one tenant reserves all that it can get', () => {
      const budget = budgetOf();
      const greedy = ['a', 'a', 'b', 'b', 'c'].map((host) => new Call(budget, 20, host, 'greedy').requests(20));
      expect(greedy.map(({ granted }) => granted)).toEqual([20, 20, 20, 0, 0]);
      const others = ['a', 'c'].map((host) => new Call(budget, 15, host, 'other').requests(15));
      expect(others.map(({ granted }) => granted)).toEqual([15, 15]);
    });

    it('does not hold up a tenant at one host because of its limit at another', () => {
      const budget = budgetOf();
      const calls = ['a', 'a', 'b'].map((host) => new Call(budget, 30, host).requests(30));
      expect(calls.map(({ granted }) => granted)).toEqual([30, 0, 30]);
    });

    it('serves the tenant that holds the least first', () => {
      const budget = new MemoryBudget({ total: 100, perHost: 100 }, { total: 75, perHost: 75 });
      const [greedy, holder] = [new Call(budget, 40, 'a', 'greedy'), new Call(budget, 60, 'a', 'third')];
      greedy.requests(40);
      holder.requests(60);
      const waiting = [
        new Call(budget, 35, 'a', 'greedy').requests(35),
        new Call(budget, 30, 'a', 'second').requests(30),
        new Call(budget, 30, 'a', 'fourth').requests(30),
      ];
      holder.ends();
      expect(waiting.map(({ granted }) => granted)).toEqual([0, 30, 30]);
      greedy.ends();
      expect(waiting.map(({ granted }) => granted)).toEqual([35, 30, 30]);
    });
  });

  it('ignores cancelled requests, before and after their grant', () => {
    const budget = new MemoryBudget({ total: 100, perHost: 50 });
    const [first, second, third] = [1, 2, 3].map(() => new Call(budget, 50).requests(50));
    second?.cancels();
    first?.ends();
    expect([second?.granted, third?.granted]).toEqual([0, 50]);
    second?.cancels();
    third?.ends();
    expect(new Call(budget, 50).requests(50).granted).toBe(50);
  });
});

/** The course of a call: bodies that are read concurrently, each in steps. */
interface Script {
  tenantId: string;
  claim: number;
  bodies: { host: string; steps: number[] }[];
  /** Bytes that it releases when a body is complete. */
  spare: number;
}

const hosts = fc.constantFrom('a', 'b', 'c');
const body = fc.record({
  host: hosts,
  steps: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
});
const script: fc.Arbitrary<Script> = fc
  .record({
    bodies: fc.array(body, { minLength: 1, maxLength: 3 }),
    more: fc.nat(50),
    spare: fc.nat(3),
    tenantId: fc.constantFrom('x', 'y'),
  })
  .map(({ bodies, more, spare, tenantId }) => {
    const sum = bodies.flatMap(({ steps }) => steps).reduce((all, step) => all + step, 0);
    return { tenantId, bodies, spare, claim: sum + more };
  });

/** A body being read: at most one request at a time. */
class Reading {
  #at = 0;
  isWaiting = false;
  reserved = 0;
  cancel: () => void = () => undefined;

  constructor(
    readonly run: Run,
    private readonly host: string,
    private readonly steps: number[],
  ) {}

  get isDone(): boolean {
    return !this.isWaiting && this.#at === this.steps.length;
  }

  step(budget: MemoryBudget, { claim, spare }: Script): void {
    const bytes = this.steps[this.#at++] ?? 0;
    this.isWaiting = true;
    const onGranted = (counted: number): void => {
      this.isWaiting = false;
      this.reserved += counted;
    };
    this.cancel = budget.request({ reservation: this.run.reservation, host: this.host, bytes, claim, onGranted });
    if (this.isDone) this.release(budget, Math.min(spare, this.reserved));
  }

  release(budget: MemoryBudget, bytes = this.reserved): void {
    this.reserved -= bytes;
    budget.release(this.run.reservation, this.host, bytes);
  }
}

class Run {
  readonly reservation: Reservation;
  readonly readings: Reading[];
  isOver = false;

  constructor(readonly script: Script) {
    this.reservation = new Reservation(script.tenantId);
    this.readings = script.bodies.map(({ host, steps }) => new Reading(this, host, steps));
  }

  end(budget: MemoryBudget): void {
    this.isOver = true;
    for (const reading of this.readings) reading.cancel();
    for (const reading of this.readings) reading.release(budget);
  }
}

/** Advances or aborts one of the calls that can proceed. @throws {Error} a deadlock: all of them wait */
function advance(runs: Run[], budget: MemoryBudget, next: number, aborts: boolean): void {
  const running = runs.filter(({ isOver }) => !isOver);
  const ready = running.flatMap(({ readings }) => readings).filter(({ isDone, isWaiting }) => !isDone && !isWaiting);
  const complete = running.filter(({ readings }) => readings.every(({ isDone }) => isDone));
  const choices = ready.length + complete.length;
  if (choices === 0) throw new Error('a deadlock');
  if (aborts) return running[next % running.length]?.end(budget);
  const reading = ready[next % choices];
  if (reading) reading.step(budget, reading.run.script);
  else complete[(next % choices) - ready.length]?.end(budget);
}

/** Returns the bytes reserved in total (` `), at each host (` a`), by each tenant (`x `) and by each tenant at each host (`x a`). */
function reservedBy(runs: Run[]): Map<string, number> {
  const held = new Map<string, number>();
  for (const { tenantId, byHost } of runs.map(({ reservation }) => reservation)) {
    for (const [host, bytes] of byHost) {
      for (const name of [' ', ` ${host}`, `${tenantId} `, `${tenantId} ${host}`]) {
        held.set(name, (held.get(name) ?? 0) + bytes);
      }
    }
  }
  return held;
}

describe('calls that reserve memory in steps', () => {
  const scene = fc.record({
    total: fc.integer({ min: 20, max: 200 }),
    scripts: fc.array(script, { minLength: 1, maxLength: 10 }),
    /** Chooses the next of the calls that can proceed, and whether it is aborted instead. */
    choices: fc.infiniteStream(fc.record({ next: fc.nat(1000), aborts: fc.nat(30) })),
  });

  it('all finish in any order and never exceed the limits', () => {
    fc.assert(
      fc.property(scene, ({ total, scripts, choices }) => {
        const perHost = Math.floor(total / 2);
        const ofTenant = { total: Math.floor((total * 3) / 4), perHost: Math.floor((perHost * 3) / 4) };
        const budget = new MemoryBudget({ total, perHost }, ofTenant);
        const runs = scripts.map((each) => new Run(each));
        const peaks = new Map<string, number>();
        while (runs.some(({ isOver }) => !isOver)) {
          const { next, aborts } = choices.next().value;
          advance(runs, budget, next, aborts === 0);
          for (const [host, bytes] of reservedBy(runs)) peaks.set(host, Math.max(bytes, peaks.get(host) ?? 0));
        }
        const limits = { ' ': total, 'x ': ofTenant.total, 'y ': ofTenant.total };
        for (const [name, peak] of peaks) {
          const limit = limits[name as keyof typeof limits] ?? (name.startsWith(' ') ? perHost : ofTenant.perHost);
          expect([name, peak > limit]).toEqual([name, false]);
        }
        // Everything is free again, for each host.
        expect(runs.map(({ reservation }) => reservation.total)).toEqual(runs.map(() => 0));
        const most = ofTenant.perHost;
        const fresh = ['a', 'b'].map((host) => new Call(budget, most, host).requests(most));
        expect(fresh.map(({ granted }) => granted)).toEqual([most, most]);
      }),
      { numRuns: 1000 },
    );
  });
});
