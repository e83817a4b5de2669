import { expect, it } from '@jest/globals';
import { latencyAndClockFindings } from './latency-and-clock.js';

const NOW = new Date('2026-11-23T20:00:00Z');

function findings(tookMs: number, date?: string): string[] {
  const response = { status: 200, body: '', headers: { ...(date && { date }) }, tookMs };
  return latencyAndClockFindings(response, { phase: 'token' }, NOW).map(
    ({ status, code, field }) => `${status} ${code} ${field}`,
  );
}

it('warns about a response that took more than five seconds', () => {
  expect(findings(5000)).toEqual([]);
  expect(findings(5001)).toEqual(['warning slow token_url']);
});

it.each(['Mon, 23 Nov 2026 20:05:01 GMT', 'Mon, 23 Nov 2026 19:54:59 GMT'])(
  'warns about a clock that shows %s',
  (date) => {
    expect(findings(1, date)).toEqual(['warning clock_differs token_url']);
  },
);

it.each(['Mon, 23 Nov 2026 20:04:59 GMT', 'yesterday', undefined])(
  'does not warn about a clock that shows %s',
  (date) => {
    expect(findings(1, date)).toEqual([]);
  },
);
