import { describe, expect, it } from '@jest/globals';
import { beforeDeadline, withTimeout } from './with-timeout.js';

const never = new Promise<string>(() => undefined);

describe('withTimeout', () => {
  it('returns what the work returns, and throws what it throws', async () => {
    expect(await withTimeout(Promise.resolve('result'), 60_000, () => 'late')).toBe('result');
    await expect(withTimeout(Promise.reject(new Error('failed')), 60_000, () => 'late')).rejects.toThrow('failed');
  });

  it('returns what the timeout returns, and throws what it throws, if the work takes longer', async () => {
    expect(await withTimeout(never, 1, () => 'late')).toBe('late');
    const late = withTimeout(never, 1, () => {
      throw new Error('too late');
    });
    await expect(late).rejects.toThrow('too late');
  });

  it('drops a failure that comes later', async () => {
    const work = new Promise<string>((_, reject) => setTimeout(() => reject(new Error('too late to be read')), 20));
    expect(await withTimeout(work, 1, () => 'late')).toBe('late');
    await expect(work).rejects.toThrow('too late to be read');
  });
});

it('beforeDeadline throws once the deadline has passed, also if it has already', async () => {
  const onPassed = () => new Error('too late');
  expect(await beforeDeadline(Promise.resolve(1), Date.now() + 60_000, onPassed)).toBe(1);
  await expect(beforeDeadline(never, Date.now() - 5, onPassed)).rejects.toThrow('too late');
});
