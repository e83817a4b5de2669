import { Injectable } from '@nestjs/common';
import { HIDDEN } from '../../common/index.js';
import { Egress, EgressError, EgressTooLargeError, type EgressResponse } from '../../egress/index.js';
import type { BodyHold } from '../held/held-bytes.js';
import type { CallFrame } from '../upstream.js';
import { fileNameOf } from './file-name.js';
import { FileLeftOutError, type FileRoom, type RawFile } from './file-room.js';
import { contentTypeOf, mediaTypeOf } from './media-type.js';

/** ChatGPT waits no longer for one file; the call's own deadline holds as well. */
const TIMEOUT_MS = 10_000;

/** Of one call: few enough that those under way hold little more than all its files may. */
export const FETCHED_AT_ONCE = 3;

/** How files are counted that a call holds. */
export interface Held {
  readonly hold: BodyHold;
  /** What a byte of them comes to in memory. */
  readonly perByte: number;
}

/** Fetches the files that an answer names by their URLs. */
@Injectable()
export class FileFetcher {
  constructor(private readonly egress: Egress) {}

  /**
   * For so many files of one call.
   *
   * @param count how many of them there are at the most: for no others room is expected
   * @returns gets one of them; throws {@link FileLeftOutError}
   */
  batch(count: number, room: FileRoom, frame: CallFrame, as: Held): (url: string) => Promise<RawFile> {
    let left = count;
    const expect = (): void => as.hold.expect(as.perByte * room.mostOf(left, FETCHED_AT_ONCE));
    expect();
    return async (url) => {
      try {
        return await this.fetch(url, room, frame, as);
      } finally {
        left--;
        expect();
      }
    };
  }

  /**
   * GETs a file without any credential: the answer, not the action, says where it is.
   *
   * @param url with the call's secrets taken out of it
   * @throws {FileLeftOutError} there is no such file, or no room for it, or it may not be fetched
   */
  private async fetch(url: string, room: FileRoom, { deadline, signal }: CallFrame, as: Held): Promise<RawFile> {
    if (url.includes(HIDDEN)) throw new FileLeftOutError("the file's URL holds the credential of the call");
    const most = room.forOne;
    const limit = { bytes: most, held: { perByte: as.perByte, after: 0 } };
    const timeoutMs = Math.min(TIMEOUT_MS, deadline - Date.now());
    const answer = await this.egress
      .request({ url, timeoutMs, maxResponseBytes: () => limit, redirects: 3, holding: as.hold, signal })
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

function hostOf({ url }: EgressResponse): string {
  return new URL(url).host;
}
