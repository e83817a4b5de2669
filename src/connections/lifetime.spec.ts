import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { backoffMs, lifetimeOf, type LifetimeInput } from './lifetime.js';

const NOW = new Date('2030-06-01T12:00:00Z');
const DAY = 86_400_000;

const token = (changes: Partial<LifetimeInput> = {}) =>
  lifetimeOf({
    now: NOW,
    expiresInSeconds: 3600,
    hasRefreshToken: true,
    lastUsedAt: NOW,
    idleMs: DAY,
    random: 0,
    ...changes,
  });

const seconds = (date: Date | null) => date && (date.getTime() - NOW.getTime()) / 1000;
const anyLifetime = fc.integer({ min: 1, max: 365 * 86_400 });
const anyRandom = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

describe('a token', () => {
  it('of an hour is due a minute before its end, and is renewed in the background before that', () => {
    const { expiresAt, dueAt, refreshAt } = token();
    expect([seconds(refreshAt), seconds(dueAt), seconds(expiresAt)]).toEqual([3510, 3540, 3600]);
    expect(seconds(token({ random: 1 }).refreshAt)).toBe(3480);
  });

  it('of ten minutes is not due on every call', () => {
    expect(seconds(token({ expiresInSeconds: 600 }).dueAt)).toBe(540);
  });

  it('of one minute is due a tenth of it before its end', () => {
    expect(seconds(token({ expiresInSeconds: 60 }).dueAt)).toBe(54);
  });

  it('is due before it expires, and never in the first half of its life', () => {
    fc.assert(
      fc.property(anyLifetime, anyRandom, (expiresInSeconds, random) => {
        const { expiresAt, dueAt, refreshAt } = token({ expiresInSeconds, random });
        expect(seconds(expiresAt)).toBe(expiresInSeconds);
        expect(seconds(dueAt)).toBeLessThan(expiresInSeconds);
        expect(seconds(dueAt)).toBeGreaterThan(expiresInSeconds / 2);
        expect(seconds(refreshAt)).toBeGreaterThanOrEqual(expiresInSeconds / 2);
      }),
    );
  });

  it('that is in use is renewed in the background before a call finds it due', () => {
    fc.assert(
      fc.property(anyLifetime, anyRandom, fc.integer({ min: 0, max: DAY }), (expiresInSeconds, random, ago) => {
        const { dueAt, refreshAt } = token({ expiresInSeconds, random, lastUsedAt: new Date(NOW.getTime() - ago) });
        expect(seconds(refreshAt)).toBeLessThanOrEqual(seconds(dueAt) ?? 0);
      }),
    );
  });

  it.each([null, new Date(NOW.getTime() - DAY - 1)])(
    'that is not in use is renewed once in the idle time',
    (lastUsedAt) => {
      expect(seconds(token({ lastUsedAt }).refreshAt)).toBe(86_400);
      expect(seconds(token({ lastUsedAt, random: 1 }).refreshAt)).toBe(77_760);
    },
  );

  it('that is not in use and lives longer than the idle time is renewed before its end', () => {
    const week = 7 * 86_400;
    expect(seconds(token({ lastUsedAt: null, expiresInSeconds: week }).refreshAt)).toBe(week - 90);
  });

  it('C24: without a known lifetime never expires by itself, and its refresh token is kept alive', () => {
    for (const expiresInSeconds of [undefined, 0]) {
      const { expiresAt, dueAt, refreshAt } = token({ expiresInSeconds });
      expect([expiresAt, dueAt]).toEqual([null, null]);
      expect(seconds(refreshAt)).toBe(86_400);
    }
  });

  it('without a refresh token expires, and nobody tries to renew it', () => {
    const { expiresAt, dueAt, refreshAt } = token({ hasRefreshToken: false });
    expect(seconds(expiresAt)).toBe(3600);
    expect([dueAt, refreshAt]).toEqual([null, null]);
  });

  it('is not renewed at the same moment as those that were made with it', () => {
    const thousand = Array.from({ length: 1000 }, () => seconds(token({ random: Math.random() }).refreshAt) ?? 0);
    const perSecond = new Map<number, number>();
    for (const moment of thousand.map(Math.floor)) perSecond.set(moment, (perSecond.get(moment) ?? 0) + 1);
    // Over half a minute: some 33 in each second.
    expect(perSecond.size).toBeGreaterThanOrEqual(30);
    expect(Math.max(...perSecond.values())).toBeLessThan(100);
  });
});

describe('the wait after failures', () => {
  it('doubles from five seconds up to five minutes', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((failures) => backoffMs(failures, 0.5) / 1000);
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300]);
  });

  it('is bounded however many there were', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), anyRandom, (failures, random) => {
        const wait = backoffMs(failures, random);
        expect(wait).toBeGreaterThanOrEqual(3750);
        expect(wait).toBeLessThanOrEqual(375_000);
      }),
    );
  });

  it('is spread, so that those who failed together do not come back together', () => {
    expect([backoffMs(1, 0), backoffMs(1, 1)]).toEqual([3750, 6250]);
  });
});
