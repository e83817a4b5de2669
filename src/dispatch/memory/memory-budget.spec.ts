import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Account, ByteBudget } from './byte-budget.js';

/** A call that draws from a budget, and what it was granted. */
class Call {
  readonly account = new Account();
  granted = 0;
  waiting = 0;
  private readonly stops: (() => void)[] = [];

  constructor(
    private readonly budget: ByteBudget,
    private readonly claim: number,
    readonly host = 'a',
  ) {}

  draws(bytes: number, host = this.host): this {
    this.waiting++;
    const proceed = (): void => {
      this.waiting--;
      this.granted += bytes;
    };
    this.stops.push(this.budget.draw({ account: this.account, host, bytes, claim: this.claim, proceed }));
    return this;
  }

  stopsWaiting(): void {
    for (const stop of this.stops.splice(0)) stop();
  }

  ends(): void {
    for (const [host, bytes] of this.account.drawn) this.budget.giveBack(this.account, host, bytes);
  }
}

describe('a budget of bytes', () => {
  it('is for so many in all and so many of one host; who comes later waits in turn', () => {
    const budget = new ByteBudget(100, 50);
    const [first, second, third] = [1, 2, 3].map(() => new Call(budget, 30).draws(30));
    const other = new Call(budget, 50, 'b').draws(50);
    const late = new Call(budget, 20, 'a').draws(20);
    const calls = [first, second, third, other, late];
    // The late one would fit in what its host has left, but is not the next.
    expect(calls.map((call) => call?.granted)).toEqual([30, 0, 0, 50, 0]);
    first?.ends();
    expect(calls.map((call) => call?.granted)).toEqual([30, 30, 0, 50, 0]);
    second?.ends();
    expect(calls.map((call) => call?.granted)).toEqual([30, 30, 30, 50, 20]);
  });

  it('that is short for one holds up all who come later, wherever they go', () => {
    const budget = new ByteBudget(100, 60);
    const holders = ['a', 'b'].map((host) => new Call(budget, 45, host).draws(45));
    const large = new Call(budget, 60, 'c').draws(60);
    const small = new Call(budget, 5, 'd').draws(5);
    expect([large.granted, small.granted]).toEqual([0, 0]);
    large.stopsWaiting();
    expect(small.granted).toBe(5);
    for (const holder of holders) holder.ends();
    expect(large.granted).toBe(0);
  });

  it('is not given to the last byte where nobody could go on then', () => {
    const budget = new ByteBudget(100, 100);
    const [first, second] = [new Call(budget, 80).draws(40), new Call(budget, 80, 'b').draws(40)];
    expect([first.granted, second.granted]).toEqual([40, 0]);
    first.draws(40);
    expect(first.granted).toBe(80);
    first.ends();
    expect(second.granted).toBe(40);
  });

  it('lets those go on who hold something, before those who wait for their first', () => {
    const budget = new ByteBudget(100, 100);
    const holder = new Call(budget, 60).draws(30);
    const next = new Call(budget, 80).draws(80);
    holder.draws(30);
    expect([holder.granted, next.granted]).toEqual([60, 0]);
  });

  it('lets a call that waited for its first bytes go on as soon as it has got some elsewhere', () => {
    const budget = new ByteBudget(100, 50);
    new Call(budget, 40).draws(40);
    const next = new Call(budget, 50).draws(50);
    const call = new Call(budget, 10).draws(5).draws(5, 'b');
    expect([next.granted, call.granted]).toEqual([0, 10]);
  });

  it('lets a call go on as soon as another that draws needs so much less that both can end', () => {
    const budget = new ByteBudget(100, 50);
    const first = new Call(budget, 20).draws(5, 'a').draws(5, 'b');
    const second = new Call(budget, 50, 'b').draws(34).draws(2);
    expect(second.granted).toBe(34);
    first.draws(1, 'a');
    expect(second.granted).toBe(36);
  });

  it('has more for others when a call needs less than it claimed', () => {
    const budget = new ByteBudget(100, 100);
    const first = new Call(budget, 80).draws(40);
    const second = new Call(budget, 80).draws(40);
    expect(second.granted).toBe(0);
    budget.narrow(first.account, 10);
    expect(second.granted).toBe(40);
    // It gives some back, and may need as much as before, not more.
    budget.giveBack(first.account, 'a', 20);
    expect([first.account.need, first.account.claim]).toEqual([10, 30]);
  });

  it('lets a call that needs more than there is run, beside none at its host that draws on', () => {
    const budget = new ByteBudget(100, 50);
    const huge = new Call(budget, 500).draws(30);
    const beside = new Call(budget, 30).draws(10);
    const other = new Call(budget, 30, 'b').draws(10);
    for (let step = 0; step < 10; step++) huge.draws(30);
    expect([huge.granted, huge.account.total, beside.granted, other.granted]).toEqual([330, 50, 0, 10]);
    huge.ends();
    expect([huge.account.total, beside.granted]).toEqual([0, 10]);
  });

  it('is not waited for by those who went away, before their turn or at it', () => {
    const budget = new ByteBudget(100, 50);
    const [first, second, third] = [1, 2, 3].map(() => new Call(budget, 50).draws(50));
    second?.stopsWaiting();
    first?.ends();
    expect([second?.granted, third?.granted]).toEqual([0, 50]);
    second?.stopsWaiting();
    third?.ends();
    expect(new Call(budget, 50).draws(50).granted).toBe(50);
  });
});

/** What a call goes through: bodies that are read side by side, each in steps. */
interface Script {
  claim: number;
  bodies: { host: string; steps: number[] }[];
  /** Bytes that it gives back when a body is whole. */
  spare: number;
}

const hosts = fc.constantFrom('a', 'b', 'c');
const body = fc.record({
  host: hosts,
  steps: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
});
const script: fc.Arbitrary<Script> = fc
  .record({ bodies: fc.array(body, { minLength: 1, maxLength: 3 }), more: fc.nat(50), spare: fc.nat(3) })
  .map(({ bodies, more, spare }) => {
    const sum = bodies.flatMap(({ steps }) => steps).reduce((all, step) => all + step, 0);
    return { bodies, spare, claim: sum + more };
  });

/** A body on its way: at most one wish at a time. */
class Reading {
  #at = 0;
  isWaiting = false;
  drawn = 0;
  stop: () => void = () => undefined;

  constructor(
    readonly run: Run,
    private readonly host: string,
    private readonly steps: number[],
  ) {}

  get isDone(): boolean {
    return !this.isWaiting && this.#at === this.steps.length;
  }

  step(budget: ByteBudget, { claim, spare }: Script): void {
    const bytes = this.steps[this.#at++] ?? 0;
    this.isWaiting = true;
    const proceed = (counted: number): void => {
      this.isWaiting = false;
      this.drawn += counted;
    };
    this.stop = budget.draw({ account: this.run.account, host: this.host, bytes, claim, proceed });
    if (this.isDone) this.giveBack(budget, Math.min(spare, this.drawn));
  }

  giveBack(budget: ByteBudget, bytes = this.drawn): void {
    this.drawn -= bytes;
    budget.giveBack(this.run.account, this.host, bytes);
  }
}

class Run {
  readonly account = new Account();
  readonly readings: Reading[];
  isOver = false;

  constructor(readonly script: Script) {
    this.readings = script.bodies.map(({ host, steps }) => new Reading(this, host, steps));
  }

  end(budget: ByteBudget): void {
    this.isOver = true;
    for (const reading of this.readings) reading.stop();
    for (const reading of this.readings) reading.giveBack(budget);
  }
}

/** One of those that can goes on, or goes away. @throws {Error} they wait for one another, and would for ever */
function goOn(runs: Run[], budget: ByteBudget, next: number, leaves: boolean): void {
  const under = runs.filter(({ isOver }) => !isOver);
  const ready = under.flatMap(({ readings }) => readings).filter(({ isDone, isWaiting }) => !isDone && !isWaiting);
  const whole = under.filter(({ readings }) => readings.every(({ isDone }) => isDone));
  const choices = ready.length + whole.length;
  if (choices === 0) throw new Error('a deadlock');
  if (leaves) return under[next % under.length]?.end(budget);
  const reading = ready[next % choices];
  if (reading) reading.step(budget, reading.run.script);
  else whole[(next % choices) - ready.length]?.end(budget);
}

function heldBy(runs: Run[]): Map<string, number> {
  const held = new Map<string, number>();
  for (const [host, bytes] of runs.flatMap(({ account }) => [...account.drawn])) {
    for (const name of [host, 'all']) held.set(name, (held.get(name) ?? 0) + bytes);
  }
  return held;
}

describe('calls that draw step by step from a budget', () => {
  const scene = fc.record({
    total: fc.integer({ min: 20, max: 200 }),
    scripts: fc.array(script, { minLength: 1, maxLength: 10 }),
    /** Who goes on next, of those that can; and whether it goes away instead. */
    choices: fc.infiniteStream(fc.record({ next: fc.nat(1000), leaves: fc.nat(30) })),
  });

  it('come to their end, whatever they need and whoever goes on next, and never hold more than there is', () => {
    fc.assert(
      fc.property(scene, ({ total, scripts, choices }) => {
        const perHost = Math.floor(total / 2);
        const budget = new ByteBudget(total, perHost);
        const runs = scripts.map((each) => new Run(each));
        const most = new Map<string, number>();
        while (runs.some(({ isOver }) => !isOver)) {
          const { next, leaves } = choices.next().value;
          goOn(runs, budget, next, leaves === 0);
          for (const [host, bytes] of heldBy(runs)) most.set(host, Math.max(bytes, most.get(host) ?? 0));
        }
        const { all = 0, ...ofHosts } = Object.fromEntries(most);
        expect(all).toBeLessThanOrEqual(total);
        expect(Math.max(0, ...Object.values(ofHosts))).toBeLessThanOrEqual(perHost);
        // All of it is there again, for each host.
        expect(runs.map(({ account }) => account.total)).toEqual(runs.map(() => 0));
        const fresh = ['a', 'b'].map((host) => new Call(budget, perHost, host).draws(perHost));
        expect(fresh.map(({ granted }) => granted)).toEqual([perHost, perHost]);
      }),
      { numRuns: 1000 },
    );
  });
});
