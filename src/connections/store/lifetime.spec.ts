import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { importedLifetime, lifetimeOf, type LifetimeInput } from './lifetime.js';

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

describe('the refresh time of a token', () => {
  it('is a minute before expiry for an hour of lifetime, and earlier in the background', () => {
    const { expiresAt, callRefreshAt, backgroundRefreshAt } = token();
    expect([seconds(backgroundRefreshAt), seconds(callRefreshAt), seconds(expiresAt)]).toEqual([3510, 3540, 3600]);
    expect(seconds(token({ random: 1 }).backgroundRefreshAt)).toBe(3480);
  });

  it('leaves a token of ten minutes unrefreshed on most calls', () => {
    expect(seconds(token({ expiresInSeconds: 600 }).callRefreshAt)).toBe(540);
  });

  it('is a tenth of the lifetime before expiry for one minute of lifetime', () => {
    expect(seconds(token({ expiresInSeconds: 60 }).callRefreshAt)).toBe(54);
  });

  it('is before expiry, and never in the first half of the lifetime', () => {
    fc.assert(
      fc.property(anyLifetime, anyRandom, (expiresInSeconds, random) => {
        const { expiresAt, callRefreshAt, backgroundRefreshAt } = token({ expiresInSeconds, random });
        expect(seconds(expiresAt)).toBe(expiresInSeconds);
        expect(seconds(callRefreshAt)).toBeLessThan(expiresInSeconds);
        expect(seconds(callRefreshAt)).toBeGreaterThan(expiresInSeconds / 2);
        expect(seconds(backgroundRefreshAt)).toBeGreaterThanOrEqual(expiresInSeconds / 2);
      }),
    );
  });

  it('is earlier in the background than for calls if the connection is in use', () => {
    fc.assert(
      fc.property(anyLifetime, anyRandom, fc.integer({ min: 0, max: DAY }), (expiresInSeconds, random, ago) => {
        const { callRefreshAt, backgroundRefreshAt } = token({
          expiresInSeconds,
          random,
          lastUsedAt: new Date(NOW.getTime() - ago),
        });
        expect(seconds(backgroundRefreshAt)).toBeLessThanOrEqual(seconds(callRefreshAt) ?? 0);
      }),
    );
  });

  it.each([null, new Date(NOW.getTime() - DAY - 1)])(
    'is once per idle interval if the connection is unused',
    (lastUsedAt) => {
      expect(seconds(token({ lastUsedAt }).backgroundRefreshAt)).toBe(86_400);
      expect(seconds(token({ lastUsedAt, random: 1 }).backgroundRefreshAt)).toBe(77_760);
    },
  );

  it('is before expiry if the token is unused and lives longer than the idle interval', () => {
    const week = 7 * 86_400;
    expect(seconds(token({ lastUsedAt: null, expiresInSeconds: week }).backgroundRefreshAt)).toBe(week - 90);
  });

  it('security rule C24: is never because of an unknown lifetime, except to keep the refresh token alive', () => {
    for (const expiresInSeconds of [undefined, 0]) {
      const { expiresAt, callRefreshAt, backgroundRefreshAt } = token({ expiresInSeconds });
      expect([expiresAt, callRefreshAt]).toEqual([null, null]);
      expect(seconds(backgroundRefreshAt)).toBe(86_400);
    }
  });

  it('is never without a refresh token', () => {
    const { expiresAt, callRefreshAt, backgroundRefreshAt } = token({ hasRefreshToken: false });
    expect(seconds(expiresAt)).toBe(3600);
    expect([callRefreshAt, backgroundRefreshAt]).toEqual([null, null]);
  });

  it('is spread for tokens that were created together', () => {
    const thousand = Array.from(
      { length: 1000 },
      () => seconds(token({ random: Math.random() }).backgroundRefreshAt) ?? 0,
    );
    const perSecond = new Map<number, number>();
    for (const moment of thousand.map(Math.floor)) perSecond.set(moment, (perSecond.get(moment) ?? 0) + 1);
    // Spread over half a minute: about 33 in each second.
    expect(perSecond.size).toBeGreaterThanOrEqual(30);
    expect(Math.max(...perSecond.values())).toBeLessThan(100);
  });
});

describe('the refresh times of an imported token', () => {
  const anySeconds = fc.integer({ min: -86_400, max: 30 * 86_400 });
  const imported = (remaining: number | null, changes: Partial<LifetimeInput> = {}) =>
    importedLifetime(remaining === null ? null : new Date(NOW.getTime() + remaining * 1000), {
      now: NOW,
      hasRefreshToken: true,
      lastUsedAt: NOW,
      idleMs: DAY,
      random: 0,
      ...changes,
    });

  it('are those of a granted token for calls, and now if the token has expired', () => {
    fc.assert(
      fc.property(anySeconds, anyRandom, (remaining, random) => {
        const { expiresAt, callRefreshAt } = imported(remaining, { random });
        expect(seconds(expiresAt)).toBe(remaining);
        const granted = seconds(token({ expiresInSeconds: remaining, random }).callRefreshAt);
        expect(seconds(callRefreshAt)).toBe(remaining > 0 ? granted : 0);
      }),
    );
  });

  it('are spread in the background over the second half of the remaining lifetime', () => {
    const times = [0, 0.5, 1].map((random) => seconds(imported(3600, { random }).backgroundRefreshAt));
    expect(times).toEqual([1800, 2647.5, 3480]);
    const days = [0, 0.999].map((random) => seconds(imported(30 * 86_400, { random }).backgroundRefreshAt) ?? 0);
    expect(days[0]).toBe(15 * 86_400);
    expect(days[1]).toBeLessThan(30 * 86_400);
    expect(days[1]).toBeGreaterThan(29 * 86_400);
  });

  it.each([-3600, 0, 60, 1799])('are spread over half an hour if the token expires in %d s', (remaining) => {
    const times = [0, 0.5, 1].map((random) => seconds(imported(remaining, { random }).backgroundRefreshAt));
    expect(times).toEqual([0, 900, 1800]);
  });

  it('are spread over a tenth of the idle time if the expiry is unknown', () => {
    const times = [0, 1].map((random) => seconds(imported(null, { random }).backgroundRefreshAt));
    expect(times).toEqual([86_400, 77_760]);
    expect(imported(null).callRefreshAt).toBeNull();
  });

  it('are absent without a refresh token', () => {
    const { expiresAt, ...refreshes } = imported(3600, { hasRefreshToken: false });
    expect(seconds(expiresAt)).toBe(3600);
    expect(refreshes).toEqual({ callRefreshAt: null, backgroundRefreshAt: null });
  });
});
