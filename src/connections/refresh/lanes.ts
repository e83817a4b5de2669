/** How many errands may be under way at once, and how many may wait for one host. */
export interface LaneLimits {
  perHost: number;
  inAll: number;
  waiting: number;
}

/** Something to be done at a host. */
export interface Errand {
  id: string;
  host: string;
}

interface Lane<T> {
  readonly waiting: Map<string, T>;
  underWay: number;
}

/**
 * A lane for each host, so that one which is slow or out of order keeps nobody but its own waiting. Hosts take turns, an errand each.
 */
export class Lanes<T extends Errand> {
  /** In the order of their turns. */
  private readonly lanes = new Map<string, Lane<T>>();
  /** Waiting or under way. */
  private readonly known = new Set<string>();
  private underWay = 0;

  constructor(private readonly limits: LaneLimits) {}

  /** @returns whether it has a place now; not, where it has one already or its lane is full */
  add(errand: T): boolean {
    const { id, host } = errand;
    const lane = this.lanes.get(host) ?? { waiting: new Map<string, T>(), underWay: 0 };
    if (this.known.has(id) || lane.waiting.size === this.limits.waiting) return false;
    this.known.add(id);
    this.lanes.set(host, lane);
    lane.waiting.set(id, errand);
    return true;
  }

  /** What begins now, within the limits. Each is to be reported as done. */
  next(): T[] {
    const turns: T[] = [];
    for (let turn = this.turn(); turn; turn = this.turn()) turns.push(turn);
    return turns;
  }

  done({ id, host }: T): void {
    const lane = this.lanes.get(host);
    if (!lane || !this.known.delete(id)) return;
    this.underWay--;
    lane.underWay--;
    if (lane.underWay + lane.waiting.size === 0) this.lanes.delete(host);
  }

  /** Forgets all that wait. */
  clear(): void {
    for (const { waiting } of this.lanes.values()) {
      for (const id of waiting.keys()) this.known.delete(id);
      waiting.clear();
    }
  }

  /** Whether nothing waits or is under way. */
  get isIdle(): boolean {
    return this.known.size === 0;
  }

  private turn(): T | undefined {
    if (this.underWay === this.limits.inAll) return undefined;
    for (const [host, lane] of this.lanes) {
      const [first] = lane.waiting.values();
      if (!first || lane.underWay === this.limits.perHost) continue;
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
}
