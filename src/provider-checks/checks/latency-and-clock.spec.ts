import { expect, it } from '@jest/globals';
import { mannersOf } from './latency-and-clock.js';

const NOW = new Date('2026-11-23T20:00:00Z');

function manners(tookMs: number, date?: string): string[] {
  const answer = { status: 200, body: '', headers: { ...(date && { date }) }, tookMs };
  return mannersOf(answer, { phase: 'token' }, NOW).map(({ status, code, field }) => `${status} ${code} ${field}`);
}

it('warns of an answer that took more than five seconds', () => {
  expect(manners(5000)).toEqual([]);
  expect(manners(5001)).toEqual(['warning slow token_url']);
});

it.each(['Mon, 23 Nov 2026 20:05:01 GMT', 'Mon, 23 Nov 2026 19:54:59 GMT'])(
  'warns of the clock that says %s',
  (date) => {
    expect(manners(1, date)).toEqual(['warning clock_differs token_url']);
  },
);

it.each(['Mon, 23 Nov 2026 20:04:59 GMT', 'yesterday', undefined])(
  'does not warn of the clock that says %s',
  (date) => {
    expect(manners(1, date)).toEqual([]);
  },
);
