import { LRUCache } from 'lru-cache';
import { backoffMs } from '../lifetime.js';

/** How many refreshes in a row may fail before the rest of them is not even tried. */
const FAILURES = 8;

/** What is known of that many actions at the most. */
const MAX_ACTIONS = 10_000;

interface Trouble {
  /** In a row, since the last rest. */
  failures: number;
  rests: number;
  /** Milliseconds of the epoch. */
  until: number;
}

/**
 * Actions whose providers do not serve them now, and are left alone for a while, longer each time. An action is one client at one provider:
 * another's may be served all the same, as where it is a rate limit that was hit.
 */
export class Rests {
  private readonly troubles = new LRUCache<string, Trouble>({ max: MAX_ACTIONS });

  isResting(actionId: string, now: Date): boolean {
    return (this.troubles.get(actionId)?.until ?? 0) > now.getTime();
  }

  /** A refresh has ended. @param failed whether the provider did not serve it */
  note(actionId: string, failed: boolean, now: Date): void {
    if (!failed) {
      this.troubles.delete(actionId);
      return;
    }
    // What was under way when the rest began tells nothing new.
    if (this.isResting(actionId, now)) return;
    const { failures, rests, until } = this.troubles.get(actionId) ?? { failures: 0, rests: 0, until: 0 };
    if (failures + 1 < FAILURES) this.troubles.set(actionId, { failures: failures + 1, rests, until });
    else {
      const pause = backoffMs(rests + 1, Math.random());
      this.troubles.set(actionId, { failures: 0, rests: rests + 1, until: now.getTime() + pause });
    }
  }
}
