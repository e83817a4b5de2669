import { expect, it } from '@jest/globals';
import { ControlledDelay } from './controlled-delay.js';

function stopped() {
  const clock = { time: 0 };
  return { clock, delay: new ControlledDelay(() => clock.time) };
}

it('lets the requests of a burst wait up to five seconds', () => {
  const { clock, delay } = stopped();
  const first = delay.arrive(true);
  clock.time = 100;
  const second = delay.arrive(false);
  clock.time = 5000;
  expect([first, second].map((arrivedAt) => delay.hasWaitedTooLong(arrivedAt))).toEqual([false, false]);
  clock.time = 5101;
  expect(delay.hasWaitedTooLong(second)).toBe(true);
});

it('rejects what has waited a quarter of a second once the queue has not been empty for five seconds', () => {
  const { clock, delay } = stopped();
  delay.arrive(true);
  clock.time = 6000;
  const late = delay.arrive(false);
  clock.time = 6250;
  expect(delay.hasWaitedTooLong(late)).toBe(false);
  clock.time = 6251;
  expect(delay.hasWaitedTooLong(late)).toBe(true);
});

it('recovers when the queue was empty again', () => {
  const { clock, delay } = stopped();
  delay.arrive(true);
  clock.time = 8000;
  const arrivedAt = delay.arrive(true);
  clock.time = 9000;
  expect(delay.hasWaitedTooLong(arrivedAt)).toBe(false);
});
