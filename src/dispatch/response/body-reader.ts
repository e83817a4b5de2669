import { Injectable } from '@nestjs/common';
import { type RunJob, transferable, Workers } from '../../workers/index.js';
import type { CallLimits } from '../call-limits.js';
import { Base64Content } from '../files/base64-content.js';
import { encodeFiles, type FileContents } from './encode-files.js';
import { mapLimits, MAX_SMALL_BYTES, responseJob } from './large-responses.js';
import { readText } from './read-text.js';
import type { ReadText, TextBody } from './text-body.js';
import type * as jobs from './response-jobs.js';

/** One response up to this size is read on the main thread at a time, because starting a thread takes longer. */
const MAX_INLINE_BYTES = 131_072;

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Reads the bodies of responses: small ones on the main thread, and large ones in worker threads, one of a tenant at a time. Decoding, redacting
 * and encoding ten megabytes takes from some hundred milliseconds to some seconds, in which the event loop serves other calls.
 *
 * All methods throw {@link CountersignError} `upstream_invalid` if reading takes too long or needs too much memory, or if the caller has
 * disconnected. Bodies cannot be used afterwards.
 */
@Injectable()
export class BodyReader {
  private readonly run: RunJob<typeof jobs>;
  private isReadingInline = false;

  constructor(workers: Workers) {
    this.run = workers.jobsOf<typeof jobs>(new URL('./response-jobs.js', import.meta.url));
  }

  /** Reads a text body. */
  readText(body: TextBody, limits: CallLimits): Promise<ReadText> {
    const { length } = body.bytes;
    if (length <= MAX_SMALL_BYTES) return readText(body);
    // Shortening a response takes several times longer than reading it.
    if (length <= body.maxCharacters && this.canReadInline(length)) return this.readInline(() => readText(body));
    return this.readTextInThread(body, limits);
  }

  /** Redacts the contents of files and encodes them in base64. */
  encodeFiles(contents: FileContents, limits: CallLimits): Promise<(Base64Content | string)[]> {
    const size = contents.files.reduce((sum, { length }) => sum + length, 0);
    if (size <= MAX_SMALL_BYTES) return encodeFiles(contents, toBase64);
    if (this.canReadInline(size)) return this.readInline(() => encodeFiles(contents, toBase64));
    return this.encodeFilesInThread(contents, limits);
  }

  private canReadInline(bytes: number): boolean {
    return bytes <= MAX_INLINE_BYTES && !this.isReadingInline;
  }

  private async readInline<Result>(read: () => Promise<Result>): Promise<Result> {
    this.isReadingInline = true;
    try {
      return await read();
    } finally {
      this.isReadingInline = false;
    }
  }

  private async readTextInThread(body: TextBody, limits: CallLimits): Promise<ReadText> {
    const input = () => ({ ...body, bytes: transferable(body.bytes) });
    const transfer = ({ bytes }: { bytes: Bytes }) => [bytes.buffer];
    const read = await mapLimits(this.run('readLargeText', { ...responseJob(limits, input), transfer }));
    return { ...read, contents: read.contents.map((content) => content && Buffer.from(content.buffer)) };
  }

  private async encodeFilesInThread({ files, secrets }: FileContents, limits: CallLimits): Promise<Base64Content[]> {
    const input = () => ({ files: files.map(transferable), secrets });
    // An upstream can make two files share a content.
    const transfer = (moved: { files: readonly Bytes[] }) => [...new Set(moved.files.map(({ buffer }) => buffer))];
    const encoded = await mapLimits(this.run('encodeLargeFiles', { ...responseJob(limits, input), transfer }));
    return encoded.map(({ buffer }) => new Base64Content(Buffer.from(buffer)));
  }
}

function toBase64(bytes: Buffer): string {
  return bytes.toString('base64');
}
