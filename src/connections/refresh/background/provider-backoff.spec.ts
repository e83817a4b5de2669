import { describe, expect, it } from '@jest/globals';
import { ProviderBackoff } from './provider-backoff.js';

const NOW = Date.parse('2030-06-01T12:00:00Z');
const at = (seconds: number) => new Date(NOW + seconds * 1000);

function fail(backoff: ProviderBackoff, times: number, seconds = 0): void {
  for (let count = 0; count < times; count++) backoff.recordFailure('act-1', at(seconds));
}

describe('ProviderBackoff', () => {
  it('pauses an action for about five seconds after eight consecutive failures', () => {
    const backoff = new ProviderBackoff();
    fail(backoff, 7);
    expect(backoff.isPaused('act-1', at(0))).toBe(false);
    fail(backoff, 1);
    expect([3.7, 6.3].map((seconds) => backoff.isPaused('act-1', at(seconds)))).toEqual([true, false]);
  });

  it('pauses longer the second time and ignores failures during a pause', () => {
    const backoff = new ProviderBackoff();
    fail(backoff, 8 + 60);
    fail(backoff, 8, 10);
    expect([17, 23].map((seconds) => backoff.isPaused('act-1', at(seconds)))).toEqual([true, false]);
  });

  it('starts counting again after a success', () => {
    const backoff = new ProviderBackoff();
    fail(backoff, 7);
    backoff.recordSuccess('act-1');
    fail(backoff, 7);
    expect(backoff.isPaused('act-1', at(0))).toBe(false);
  });

  it('does not pause other actions', () => {
    const backoff = new ProviderBackoff();
    fail(backoff, 8);
    expect(backoff.isPaused('act-2', at(0))).toBe(false);
  });
});
