import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Piscina } from 'piscina';
import { CountersignError } from '../common/index.js';
import { TooManyJobsError, Turns } from './turns.js';
import { WorkerLimitError } from './worker-limit.error.js';

/** The functions that a module exports for worker threads: each takes and returns values that can be cloned. */
type Jobs<Module> = { readonly [Name in keyof Module]: (input: never) => unknown };
type JobInput<Job> = Job extends (input: infer Input) => unknown ? Input : never;
type JobResult<Job> = Job extends (input: never) => infer Result ? Awaited<Result> : never;

/**
 * Kinds of jobs, which have slots of their own: `reading` takes up to half a minute for a large document, `checking` of arguments less than a
 * second, and `responses` of upstreams some seconds if they are files that secrets are searched in.
 */
export type JobKind = 'reading' | 'checking' | 'responses';

export interface JobOptions<Input> {
  readonly kind: JobKind;
  readonly tenantId: string;
  /** Returns the input when it is the tenant's turn, so that jobs that wait hold no memory. */
  readonly input: () => Input | Promise<Input>;
  /** Returns the buffers of the input that are moved to the thread instead of copied. */
  readonly transfer?: (input: Input) => ArrayBuffer[];
}

/** Runs one of the jobs of a module. */
export type RunJob<Module> = <Name extends keyof Module & string>(
  name: Name,
  options: JobOptions<JobInput<Module[Name]>>,
) => Promise<JobResult<Module[Name]>>;

interface KindLimits {
  readonly turns: Turns;
  readonly timeoutMs: number;
}

const SLOTS = { reading: 2, checking: 1, responses: 2 };

/** The heap limit of each thread. MS Graph, the largest published document, needs 220 MiB. */
const HEAP_MB = 224;
const YOUNG_HEAP_MB = 16;

/** Idle threads end after this time, and give their memory back. */
const IDLE_TIMEOUT_MS = 10_000;

/** The main thread, which serves all tenants, comes before worker threads. Only Linux has priorities of threads. */
const NICE_INCREMENT = 10;

/**
 * Runs jobs in worker threads, each with a time limit and a heap limit, so that the work of one tenant delays neither the main thread nor the
 * jobs of other tenants. Threads start when they are needed. Tenants take turns, and each has one job of a kind at a time.
 */
@Injectable()
export class Workers implements OnModuleDestroy {
  private readonly kinds: Readonly<Record<JobKind, KindLimits>> = {
    reading: {
      turns: new Turns({ slots: SLOTS.reading, slotsPerTenant: 1, waitingPerTenant: 100 }),
      timeoutMs: 30_000,
    },
    checking: {
      turns: new Turns({ slots: SLOTS.checking, slotsPerTenant: 1, waitingPerTenant: 100 }),
      // A check is interrupted after 250 ms; the rest is for starting a thread and compiling the schema.
      timeoutMs: 5000,
    },
    responses: {
      // The upstream has done its work, so that no response is rejected because others wait. Their calls hold the memory.
      turns: new Turns({ slots: SLOTS.responses, slotsPerTenant: 1, waitingPerTenant: Number.POSITIVE_INFINITY }),
      timeoutMs: 30_000,
    },
  };
  private pool: Piscina | undefined;
  private isClosed = false;

  /**
   * Returns a function that runs the jobs of a module. It throws
   *
   * - {@link WorkerLimitError}: the job takes too long or needs too much memory, and was ended with its thread
   * - {@link CountersignError} `rate_limited`: too many jobs of the tenant are waiting
   * - what the job throws
   *
   * @param module the URL of the compiled module
   */
  jobsOf<Module extends Jobs<Module>>(module: URL): RunJob<Module> {
    return async (name, { kind, tenantId, input, transfer }) => {
      const { turns, timeoutMs } = this.kinds[kind];
      await takeTurn(turns, tenantId);
      try {
        const value = await input();
        return (await this.run(module, name, value, transfer?.(value) ?? [], timeoutMs)) as never;
      } finally {
        turns.release(tenantId);
      }
    };
  }

  async onModuleDestroy(): Promise<void> {
    this.isClosed = true;
    await this.pool?.destroy();
  }

  private async run(
    module: URL,
    name: string,
    input: unknown,
    transfer: ArrayBuffer[],
    timeoutMs: number,
  ): Promise<unknown> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeoutMs);
    try {
      const options = { filename: module.href, name, transferList: transfer, signal: abort.signal };
      return await this.threads().run(input, options);
    } catch (error) {
      if (abort.signal.aborted)
        throw new WorkerLimitError(`it takes more than ${timeoutMs / 1000} s`, { cause: error });
      if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') throw error;
      throw new WorkerLimitError(`it needs more than ${HEAP_MB} MiB of memory`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  private threads(): Piscina {
    if (this.isClosed) throw new Error('the worker threads have been ended');
    return (this.pool ??= new Piscina({
      minThreads: 0,
      maxThreads: SLOTS.reading + SLOTS.checking + SLOTS.responses,
      idleTimeout: IDLE_TIMEOUT_MS,
      niceIncrement: NICE_INCREMENT,
      // The threads need none of the secrets in the environment.
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_HEAP_MB },
    }));
  }
}

async function takeTurn(turns: Turns, tenantId: string): Promise<void> {
  try {
    await turns.acquire(tenantId);
  } catch (error) {
    if (!(error instanceof TooManyJobsError)) throw error;
    const message = `${error.maximum} large documents or calls of this tenant are waiting already; retry later`;
    throw new CountersignError('rate_limited', message, [], { cause: error });
  }
}
