import { Injectable } from '@nestjs/common';
import { HIDDEN } from '../../common/index.js';
import {
  Egress,
  EgressError,
  EgressTooLargeError,
  type EgressResponse,
  type BudgetReservation,
} from '../../egress/index.js';
import type { CallLimits } from '../call-limits.js';
import { FileOmittedError, type FileBudget, type RawFile } from './file-budget.js';
import { fileNameOf } from './file-name.js';
import { contentTypeOf, mediaTypeOf } from './media-type.js';

/** The time that ChatGPT allows for one file; the call's own deadline applies as well. */
const TIMEOUT_MS = 10_000;

/** Files that one call fetches at once: few enough that the files in flight take little more than all files may. */
export const FETCH_CONCURRENCY = 3;

/** How fetched files count towards the call's memory. */
export interface FileMemory {
  readonly reservation: BudgetReservation;
  /** Bytes of memory for each byte of a file. */
  readonly perByte: number;
}

/** Fetches files by their URLs. */
@Injectable()
export class FileFetcher {
  constructor(private readonly egress: Egress) {}

  /**
   * Prepares to fetch the files of one call.
   *
   * @param count the maximum number of files; no memory is set aside for more
   * @returns fetches one file; throws {@link FileOmittedError}
   */
  batch(count: number, budget: FileBudget, limits: CallLimits, memory: FileMemory): (url: string) => Promise<RawFile> {
    let remaining = count;
    const updateExpected = (): void =>
      memory.reservation.expect(memory.perByte * budget.maxFor(remaining, FETCH_CONCURRENCY));
    updateExpected();
    return async (url) => {
      try {
        return await this.fetch(url, budget, limits, memory);
      } finally {
        remaining--;
        updateExpected();
      }
    };
  }

  /**
   * GETs a file without any credential, because the URL comes from a response or an argument and not from the action.
   *
   * @param url after the call's secrets have been redacted
   * @throws {FileOmittedError} the file does not exist, is too large, or may not be fetched
   */
  private async fetch(url: string, budget: FileBudget, limits: CallLimits, memory: FileMemory): Promise<RawFile> {
    if (url.includes(HIDDEN)) throw new FileOmittedError("the file's URL contains the call's credential");
    const { deadline, signal, isAdmin } = limits;
    const bytes = budget.nextLimit;
    const response = await this.egress
      .request({
        tenantId: limits.memory.tenantId,
        url,
        timeoutMs: Math.min(TIMEOUT_MS, deadline - Date.now()),
        maxResponseBytes: () => ({ bytes, memory: { perByte: memory.perByte, afterBody: 0 } }),
        redirects: 3,
        memory: memory.reservation,
        signal,
      })
      .catch((error: unknown) => {
        if (error instanceof EgressTooLargeError) throw budget.exceededBy(bytes + 1);
        if (!(error instanceof EgressError)) throw error;
        throw new FileOmittedError(isAdmin ? error.message : error.publicMessage);
      });
    if (response.status !== 200) {
      throw new FileOmittedError(`${hostOf(response)} responded with status ${response.status}`);
    }
    budget.spend(response.body.length);
    const mediaType = mediaTypeOf(contentTypeOf(response));
    return { name: fileNameOf(response, mediaType), mediaType, bytes: response.body };
  }
}

function hostOf({ url }: EgressResponse): string {
  return new URL(url).host;
}
