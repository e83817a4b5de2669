import { Injectable } from '@nestjs/common';
import { HIDDEN } from '../../common/index.js';
import { Egress, EgressError, EgressTooLargeError, type EgressResponse } from '../../egress/index.js';
import type { CallFrame } from '../upstream.js';
import { fileNameOf } from './file-name.js';
import { FileLeftOutError, type FileRoom, type RawFile } from './file-room.js';
import { contentTypeOf, mediaTypeOf } from './media-type.js';

/** ChatGPT waits no longer for one file; the call's own deadline holds as well. */
const TIMEOUT_MS = 10_000;

/** Fetches the files that an answer names by their URLs. */
@Injectable()
export class FileFetcher {
  constructor(private readonly egress: Egress) {}

  /**
   * GETs a file without any credential: the answer, not the action, says where it is.
   *
   * @param url with the call's secrets taken out of it
   * @throws {FileLeftOutError} there is no such file, or no room for it, or it may not be fetched
   */
  async fetch(url: string, room: FileRoom, { deadline, signal, hold }: CallFrame): Promise<RawFile> {
    if (url.includes(HIDDEN)) throw new FileLeftOutError("the file's URL holds the credential of the call");
    const most = room.forOne;
    const timeoutMs = Math.min(TIMEOUT_MS, deadline - Date.now());
    const answer = await this.egress
      .request({ url, timeoutMs, maxResponseBytes: most, redirects: 3, large: hold.for(hostIn(url)), signal })
      .catch((error: unknown) => {
        throw error instanceof EgressTooLargeError ? room.lacking(most + 1) : leftOut(error);
      });
    if (answer.status !== 200) throw new FileLeftOutError(`${hostOf(answer)} answered with status ${answer.status}`);
    room.take(answer.body.length);
    const mediaType = mediaTypeOf(contentTypeOf(answer));
    return { name: fileNameOf(answer, mediaType), mediaType, bytes: answer.body };
  }
}

function leftOut(error: unknown): unknown {
  return error instanceof EgressError ? new FileLeftOutError(error.message) : error;
}

function hostIn(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}

function hostOf({ url }: EgressResponse): string {
  return new URL(url).host;
}
