import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type * as jobs from '../../test/support/worker-jobs.js';
import { WorkerLimitError } from './worker-limit.error.js';
import { type RunJob, Workers } from './workers.js';

let workers: Workers;
let run: RunJob<typeof jobs>;

beforeAll(() => {
  workers = new Workers();
  run = workers.jobsOf<typeof jobs>(new URL('../../test/support/worker-jobs.js', import.meta.url));
});

afterAll(() => workers.onModuleDestroy());

/** The options of a job of a tenant. */
const job = <T>(input: T, tenantId = 'one') => ({ kind: 'checking' as const, tenantId, input: () => input });

describe('Workers', () => {
  it('runs jobs in another thread and returns their results', async () => {
    expect(await run('double', job({ value: 21 }))).toBe(42);
  });

  it('throws what a job throws', async () => {
    await expect(run('fail', job({ message: 'no such thing' }))).rejects.toThrow('no such thing');
  });

  it('ends a job that takes too long, and then serves other tenants', async () => {
    const endless = run('runForever', { ...job(undefined as never) });
    const other = run('double', job({ value: 1 }, 'two'));
    await expect(endless).rejects.toThrow(WorkerLimitError);
    expect(await other).toBe(2);
  });

  it('ends a job that needs too much memory, and not the process', async () => {
    await expect(run('useMemory', { ...job(undefined as never), kind: 'reading' })).rejects.toThrow('MiB of memory');
    expect(await run('double', job({ value: 2 }))).toBe(4);
  });

  it('gives threads none of the environment, which holds secrets', async () => {
    expect(await run('readEnvironment', job(undefined as never))).toEqual([]);
  });

  it('moves buffers to the thread if asked to', async () => {
    const bytes = new Uint8Array(1000);
    const transfer = (input: { bytes: Uint8Array<ArrayBuffer> }) => [input.bytes.buffer];
    expect(await run('lengthOf', { ...job({ bytes }), transfer })).toBe(1000);
    expect(bytes).toHaveLength(0);
  });

  it('asks for the input of a job when it is its turn', async () => {
    const asked: number[] = [];
    const inputOf = (value: number) => () => {
      asked.push(value);
      return { value };
    };
    const first = run('double', { ...job(undefined as never), input: inputOf(1) });
    const second = run('double', { ...job(undefined as never), input: inputOf(2) });
    await first;
    expect(asked[0]).toBe(1);
    expect(await second).toBe(4);
    expect(asked).toEqual([1, 2]);
  });
});
