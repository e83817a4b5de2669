import { describe, expect, it } from '@jest/globals';
import { latencyColumn, zeroCounts, percentile } from './counts.js';

const counted = (...milliseconds: number[]) => {
  const counts = zeroCounts();
  for (const each of milliseconds) counts[latencyColumn(each)] = (counts[latencyColumn(each)] ?? 0) + 1;
  return counts;
};

describe('the latency histogram', () => {
  it.each([
    [0, 'within5'],
    [5, 'within5'],
    [5.1, 'within10'],
    [10_000, 'within10000'],
    [45_000, 'beyond'],
  ])('counts a call of %d ms in the bucket %s', (milliseconds, column) => {
    expect(latencyColumn(milliseconds)).toBe(column);
  });

  it('has no percentiles without calls', () => {
    expect(percentile(zeroCounts(), 0.5)).toBeNull();
  });

  it('interpolates percentiles within their bucket', () => {
    const counts = counted(...Array<number>(98).fill(20), 400, 4000);
    expect(percentile(counts, 0.5)).toBeGreaterThan(10);
    expect(percentile(counts, 0.5)).toBeLessThan(25);
    expect(percentile(counts, 0.99)).toBe(500);
    expect(percentile(counts, 1)).toBe(5000);
  });

  it('uses the lower bound of the last bucket as its percentile', () => {
    expect(percentile(counted(20_000), 0.5)).toBe(10_000);
  });
});
