import { Injectable } from '@nestjs/common';
import { CountersignError } from '../../common/index.js';
import { type RunJob, transferable, WorkerLimitError, Workers } from '../../workers/index.js';
import type { CallLimits } from '../call-limits.js';
import { Base64Content } from '../files/base64-content.js';
import type { FileContents } from './encode-files.js';
import type { ReadText, TextBody } from './read-text.js';
import type * as jobs from './response-jobs.js';

/** Larger bodies and files are read in worker threads. */
export const MAX_INLINE_BYTES = 262_144;

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Reads large responses in worker threads, one of a tenant at a time. Decoding, redacting and encoding ten megabytes takes from some hundred
 * milliseconds to some seconds, in which the event loop serves other calls.
 *
 * All methods throw
 *
 * - {@link CountersignError} `upstream_invalid`: reading the response takes too long or needs too much memory, or the caller has disconnected
 */
@Injectable()
export class LargeResponses {
  private readonly run: RunJob<typeof jobs>;

  constructor(workers: Workers) {
    this.run = workers.jobsOf<typeof jobs>(new URL('./response-jobs.js', import.meta.url));
  }

  /** Reads a text body, as `readText` does. Its bytes cannot be used afterwards. */
  async readText(body: TextBody, limits: CallLimits): Promise<ReadText> {
    const input = () => ({ ...body, bytes: transferable(body.bytes) });
    const transfer = ({ bytes }: { bytes: Bytes }) => [bytes.buffer];
    const read = await mapLimits(this.run('readLargeText', { ...jobOf(limits, input), transfer }));
    return { ...read, contents: read.contents.map((content) => content && Buffer.from(content.buffer)) };
  }

  /** Redacts the contents of files and encodes them. They cannot be used afterwards. */
  async encodeFiles({ files, secrets }: FileContents, limits: CallLimits): Promise<Base64Content[]> {
    const input = () => ({ files: files.map(transferable), secrets });
    // An upstream can make two files share a content.
    const transfer = (moved: { files: readonly Bytes[] }) => [...new Set(moved.files.map(({ buffer }) => buffer))];
    const encoded = await mapLimits(this.run('encodeLargeFiles', { ...jobOf(limits, input), transfer }));
    return encoded.map(({ buffer }) => new Base64Content(Buffer.from(buffer)));
  }
}

function jobOf<Input>({ memory, signal }: CallLimits, createInput: () => Input) {
  const input = (): Input => {
    if (signal?.aborted) throw new CountersignError('upstream_invalid', 'the caller has disconnected');
    return createInput();
  };
  return { kind: 'responses' as const, tenantId: memory.tenantId, input };
}

async function mapLimits<Result>(job: Promise<Result>): Promise<Result> {
  try {
    return await job;
  } catch (error) {
    if (!(error instanceof WorkerLimitError)) throw error;
    const message = `the response cannot be read: ${error.message}`;
    throw new CountersignError('upstream_invalid', message, [], { cause: error });
  }
}
