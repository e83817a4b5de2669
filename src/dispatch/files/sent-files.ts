import { Injectable } from '@nestjs/common';
import { CountersignError } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import type { BuiltRequest, FetchedFile, FileLink } from '@countersign/openapi';
import type { CallFrame } from '../upstream.js';
import { BYTES_PER_BYTE } from '../held/held-bytes.js';
import { FETCHED_AT_ONCE, FileFetcher } from './file-fetcher.js';
import { FileLeftOutError, FileRoom, type RawFile } from './file-room.js';

/** As many as ChatGPT sends. */
const MOST_FILES = 10;

/** Fetches the files that the arguments of a call give by links. */
@Injectable()
export class SentFiles {
  constructor(
    private readonly fetcher: FileFetcher,
    private readonly settings: Settings,
  ) {}

  /**
   * @returns the request with its body, which may have waited for files
   * @throws {CountersignError} `invalid_arguments`: a file cannot be had, with a pointer to its link; `request_too_large`
   */
  async attach(request: BuiltRequest, frame: CallFrame): Promise<BuiltRequest> {
    const { maxTotalFileBytes } = this.settings.call;
    const complete = request.pending
      ? request.pending.complete(await this.fetch(request.pending.links, frame))
      : request;
    if ((complete.fileBytes ?? 0) <= maxTotalFileBytes) return complete;
    throw new CountersignError('request_too_large', `the files have more than ${maxTotalFileBytes} bytes together`);
  }

  private async fetch(links: readonly FileLink[], frame: CallFrame): Promise<FetchedFile[]> {
    const excess = links[MOST_FILES];
    if (excess) throw refused(excess, `a call takes ${MOST_FILES} files by their links`);
    const room = new FileRoom(this.settings.call);
    const as = { hold: frame.hold.sentFiles, perByte: BYTES_PER_BYTE.sentFile };
    const fetch = this.fetcher.batch(links.length, room, frame, as);
    const files: FetchedFile[] = [];
    const waiting = links.entries();
    const work = async (): Promise<void> => {
      for (const [index, link] of waiting) files[index] = await this.one(link, fetch);
    };
    await Promise.all(Array.from({ length: FETCHED_AT_ONCE }, work));
    return files;
  }

  private async one(link: FileLink, fetch: (url: string) => Promise<RawFile>): Promise<FetchedFile> {
    try {
      const { name, mediaType, bytes } = await fetch(link.url);
      return { name, mimeType: mediaType, bytes };
    } catch (error) {
      if (!(error instanceof FileLeftOutError)) throw error;
      throw refused(link, `the file cannot be sent: ${error.message}`);
    }
  }
}

function refused({ pointer }: FileLink, message: string): CountersignError {
  return new CountersignError('invalid_arguments', message, [{ pointer: `/arguments${pointer}`, message }]);
}
