import { MEMORY_PER_BYTE } from '../../egress/index.js';
import { Injectable } from '@nestjs/common';
import { CountersignError } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import type { BuiltRequest, FetchedFile, FileLink } from '@countersign/openapi';
import { FileFetcher, FETCH_CONCURRENCY } from './file-fetcher.js';
import type { RawFile } from './file-budget.js';
import type { CallLimits } from '../call-limits.js';
import { FileBudget, FileOmittedError } from './file-budget.js';

/** The number of files that ChatGPT sends at most. */
const MAX_FILES = 10;

/** Fetches the files that the arguments of a call link to. */
@Injectable()
export class SentFiles {
  constructor(
    private readonly fetcher: FileFetcher,
    private readonly settings: Settings,
  ) {}

  /**
   * Completes a request whose body needs files.
   *
   * @throws {CountersignError} `invalid_arguments`: a file cannot be fetched, with a pointer to its link; `request_too_large`
   */
  async attach(request: BuiltRequest, limits: CallLimits): Promise<BuiltRequest> {
    const { maxTotalFileBytes } = this.settings.call;
    const complete = request.pending
      ? request.pending.complete(await this.fetchAll(request.pending.links, limits))
      : request;
    if ((complete.fileBytes ?? 0) <= maxTotalFileBytes) return complete;
    throw new CountersignError('request_too_large', `the files have more than ${maxTotalFileBytes} bytes together`);
  }

  private async fetchAll(links: readonly FileLink[], limits: CallLimits): Promise<FetchedFile[]> {
    const excess = links[MAX_FILES];
    if (excess) throw invalidFile(excess, `a call can send at most ${MAX_FILES} files by link`);
    const budget = new FileBudget(this.settings.call);
    const memory = { reservation: limits.memory.sentFiles, perByte: MEMORY_PER_BYTE.sentFile };
    const fetch = this.fetcher.batch(links.length, budget, limits, memory);
    const files: FetchedFile[] = [];
    const queue = links.entries();
    const work = async (): Promise<void> => {
      for (const [index, link] of queue) files[index] = await this.fetchOne(link, fetch);
    };
    await Promise.all(Array.from({ length: FETCH_CONCURRENCY }, work));
    return files;
  }

  private async fetchOne(link: FileLink, fetch: (url: string) => Promise<RawFile>): Promise<FetchedFile> {
    try {
      const { name, mediaType, bytes } = await fetch(link.url);
      return { name, mimeType: mediaType, bytes };
    } catch (error) {
      if (!(error instanceof FileOmittedError)) throw error;
      throw invalidFile(link, `the file cannot be sent: ${error.message}`);
    }
  }
}

function invalidFile({ pointer }: FileLink, message: string): CountersignError {
  return new CountersignError('invalid_arguments', message, [{ pointer: `/arguments${pointer}`, message }]);
}
