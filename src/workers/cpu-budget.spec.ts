import { describe, expect, it } from '@jest/globals';
import { CpuBudget } from './cpu-budget.js';

function budgetWithClock() {
  const clock = { ms: 0 };
  const budget = new CpuBudget({ burstMs: 1000, refillPerSecond: 100 }, () => clock.ms);
  return { clock, budget };
}

describe('CpuBudget', () => {
  it('allows jobs until the time is used up, and again when enough has come back', () => {
    const { clock, budget } = budgetWithClock();
    budget.charge('a', 999);
    expect(budget.secondsToWait('a')).toBe(0);
    budget.charge('a', 501);
    expect(budget.secondsToWait('a')).toBe(6);
    clock.ms += 4000;
    expect(budget.secondsToWait('a')).toBe(2);
    clock.ms += 2000;
    expect(budget.secondsToWait('a')).toBe(0);
  });

  it('is not reset by jobs that end quickly', () => {
    const { budget } = budgetWithClock();
    budget.charge('a', 1500);
    for (let job = 0; job < 100; job++) budget.charge('a', 0);
    expect(budget.secondsToWait('a')).toBeGreaterThan(0);
  });

  it('charges each tenant for its own jobs only', () => {
    const { budget } = budgetWithClock();
    budget.charge('a', 5000);
    expect(budget.secondsToWait('b')).toBe(0);
  });

  it('never saves up more than the burst', () => {
    const { clock, budget } = budgetWithClock();
    budget.charge('a', 1);
    clock.ms += 1_000_000;
    budget.charge('a', 1001);
    expect(budget.secondsToWait('a')).toBe(1);
  });
});
