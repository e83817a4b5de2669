import { LRUCache } from 'lru-cache';
import { backoffMs } from '../../../common/index.js';
import { REFRESH_BACKOFF } from '../../store/lifetime.js';

/** Consecutive failed refreshes of an action before its refreshes pause. */
const MAX_FAILURES = 8;

const MAX_ACTIONS = 10_000;

interface State {
  /** Consecutive failures since the last pause. */
  failures: number;
  pauses: number;
  /** End of the current pause, in milliseconds since the epoch. */
  until: number;
}

/**
 * Pauses the background refreshes of actions whose provider keeps failing, longer each time. It counts by action, not by host: each action is
 * a client of its own, and a rate limit may apply to one of them only.
 */
export class ProviderBackoff {
  private readonly states = new LRUCache<string, State>({ max: MAX_ACTIONS });

  isPaused(key: string, now: Date): boolean {
    return (this.states.get(key)?.until ?? 0) > now.getTime();
  }

  recordSuccess(key: string): void {
    this.states.delete(key);
  }

  /** Counts a refresh that the provider did not serve. Failures during a pause do not count: they began before it. */
  recordFailure(key: string, now: Date): void {
    if (this.isPaused(key, now)) return;
    const { failures, pauses, until } = this.states.get(key) ?? { failures: 0, pauses: 0, until: 0 };
    if (failures + 1 < MAX_FAILURES) {
      this.states.set(key, { failures: failures + 1, pauses, until });
      return;
    }
    const pause = backoffMs(pauses + 1, REFRESH_BACKOFF);
    this.states.set(key, { failures: 0, pauses: pauses + 1, until: now.getTime() + pause });
  }
}
