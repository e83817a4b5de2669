import { Injectable } from '@nestjs/common';
import {
  InvalidArgumentsError,
  InvalidDocumentError,
  type CheckedArguments,
  type JsonObject,
  packJson,
  unpackJson,
} from '@countersign/openapi';
import { CountersignError } from '../../common/index.js';
import { CpuBudget, type RunJob, WorkerLimitError, Workers } from '../../workers/index.js';
import type * as jobs from './operation-jobs.js';
import type { StoredOperation } from './stored-operation.js';

/** Hundreds of times longer than a check of usual arguments takes. */
const CHECK_TIMEOUT_MS = 250;

/** Of one core: ten seconds at once, then a quarter of the time. */
const ALLOWANCE = { burstMs: 10_000, refillPerSecond: 250 };

const TIMED_OUT = {
  pointer: '',
  message: 'validation of the arguments against the schema timed out; send shorter or simpler arguments',
};

/**
 * Checks arguments: on the main thread if that is known to be fast, which it is for nearly all operations, or else in a worker thread.
 *
 * Documents are untrusted: a regular expression such as `^(a+)+$` with a lookahead takes years for forty characters, and so does a chain of
 * thirty schemas, each of which is `anyOf` the next one twice.
 */
@Injectable()
export class ArgumentChecks {
  private readonly run: RunJob<typeof jobs>;
  private readonly budget = new CpuBudget(ALLOWANCE);

  constructor(workers: Workers) {
    this.run = workers.jobsOf<typeof jobs>(new URL('./operation-jobs.js', import.meta.url));
  }

  /**
   * @throws {InvalidArgumentsError} the arguments do not match the schema, or the check takes too long
   * @throws {InvalidDocumentError} the schema cannot be compiled
   * @throws {CountersignError} `rate_limited`: the tenant's checks have used too much CPU time
   */
  check(tenantId: string, stored: StoredOperation, args: JsonObject): CheckedArguments | Promise<CheckedArguments> {
    const { operation } = stored;
    return operation.isCheckFast(args) ? operation.check(args) : this.checkInWorker(tenantId, stored, args);
  }

  private async checkInWorker(
    tenantId: string,
    { id, serialized, isLarge }: StoredOperation,
    args: JsonObject,
  ): Promise<CheckedArguments> {
    this.requireBudget(tenantId);
    let start = performance.now();
    const input = () => {
      start = performance.now();
      return { id, serialized, args: packJson(args), timeoutMs: CHECK_TIMEOUT_MS };
    };
    try {
      // Compiling a large schema takes longer than a check may.
      const kind = isLarge ? 'reading' : 'checking';
      const result = await this.run('checkPacked', { kind, tenantId, input });
      if ('checked' in result) {
        const { args: checked, notices } = result.checked;
        return { args: unpackJson(checked) as JsonObject, notices };
      }
      if ('findings' in result) throw new InvalidArgumentsError(result.findings);
      throw new InvalidDocumentError([{ code: 'uncompilable_schema', message: result.invalidDocument, pointer: '' }]);
    } catch (error) {
      throw error instanceof WorkerLimitError ? new InvalidArgumentsError([TIMED_OUT]) : error;
    } finally {
      this.budget.charge(tenantId, performance.now() - start);
    }
  }

  private requireBudget(tenantId: string): void {
    const seconds = this.budget.secondsToWait(tenantId);
    if (seconds === 0) return;
    const message = `validation of arguments has used up this tenant's CPU time; simplify the patterns and schemas of the operation, or retry in ${seconds} s`;
    throw new CountersignError('rate_limited', message);
  }
}
