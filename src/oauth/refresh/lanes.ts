import { backoffMs } from '../connections/lifetime.js';

/** How many requests may be under way at once. */
export interface LaneLimits {
  perHost: number;
  inAll: number;
  /** How many may wait for one host. */
  waiting: number;
}

/** Something to be done at a host. */
export interface Errand {
  id: string;
  host: string;
}

/** How many requests in a row a host may fail before it is left alone. */
const FAILURES = 8;

interface Lane<T> {
  readonly waiting: Map<string, T>;
  underWay: number;
  /** In a row. */
  failures: number;
  /** Milliseconds of the epoch; until then it is left alone. */
  restsUntil: number;
}

/**
 * A lane for each host, so that one which is slow or out of order keeps nobody but its own waiting. Hosts take turns, one errand each. One
 * that keeps failing rests for a while, longer each time, and then has to serve one errand before it gets several at once again.
 */
export class Lanes<T extends Errand> {
  /** In the order of their turns. */
  private readonly lanes = new Map<string, Lane<T>>();
  /** Waiting or under way. */
  private readonly known = new Set<string>();
  private underWay = 0;

  constructor(private readonly limits: LaneLimits) {}

  /** @returns whether it has a place in its lane now; not, where it has one already, the lane is full or its host rests */
  add(errand: T, now: Date): boolean {
    const lane = this.laneOf(errand.host);
    const isFull = lane.waiting.size === this.limits.waiting;
    if (isFull || lane.restsUntil > now.getTime() || this.known.has(errand.id)) return false;
    this.known.add(errand.id);
    lane.waiting.set(errand.id, errand);
    return true;
  }

  /** What may begin now, within all limits. */
  next(): T[] {
    const turns: T[] = [];
    for (let turn = this.turn(); turn; turn = this.turn()) turns.push(turn);
    return turns;
  }

  /** An errand has ended. @param failed whether its host was at fault; `undefined` where it was not asked */
  done({ id, host }: T, failed: boolean | undefined, now: Date): void {
    const lane = this.laneOf(host);
    this.known.delete(id);
    this.underWay--;
    lane.underWay--;
    if (failed !== undefined) lane.failures = failed ? lane.failures + 1 : 0;
    if (failed && lane.failures >= FAILURES) this.rest(lane, now);
    if (lane.underWay + lane.waiting.size + lane.failures === 0) this.lanes.delete(host);
  }

  /** Forgets all that wait. */
  clear(): void {
    for (const lane of this.lanes.values()) this.empty(lane);
  }

  get isIdle(): boolean {
    return this.known.size === 0;
  }

  private turn(): T | undefined {
    if (this.underWay === this.limits.inAll) return undefined;
    for (const [host, lane] of this.lanes) {
      const limit = lane.failures >= FAILURES ? 1 : this.limits.perHost;
      const [first] = lane.waiting.values();
      if (!first || lane.underWay >= limit) continue;
      lane.waiting.delete(first.id);
      lane.underWay++;
      this.underWay++;
      // To the end of the line.
      this.lanes.delete(host);
      this.lanes.set(host, lane);
      return first;
    }
    return undefined;
  }

  private rest(lane: Lane<T>, now: Date): void {
    lane.restsUntil = now.getTime() + backoffMs(lane.failures - FAILURES + 1, Math.random());
    this.empty(lane);
  }

  private empty({ waiting }: Lane<T>): void {
    for (const id of waiting.keys()) this.known.delete(id);
    waiting.clear();
  }

  private laneOf(host: string): Lane<T> {
    const known = this.lanes.get(host);
    if (known) return known;
    const lane = { waiting: new Map<string, T>(), underWay: 0, failures: 0, restsUntil: 0 };
    this.lanes.set(host, lane);
    return lane;
  }
}
