import { decodeText, DEFAULT_LIMITS, type ReferencedFile } from '@countersign/openapi';
import { CountersignError, parseUrl } from '../../common/index.js';
import type { CallReservation, Egress } from '../../egress/index.js';
import { fetchBytes, type FetchedBytes } from './fetch-bytes.js';

/** Files of one document. */
const MAX_FILES = 50;
/** Files that refer to files that refer to files. */
const MAX_ROUNDS = 10;
/** Requests at a time. */
const MAX_CONCURRENT = 5;
/** All files together. */
const TIMEOUT_MS = 60_000;

/** Fetches the files that a document from a URL refers to, each once, within limits for all of them together. */
export class ReferencedFiles {
  /** by URL */
  readonly files = new Map<string, ReferencedFile>();
  private readonly origin: string | undefined;
  private readonly deadline = performance.now() + TIMEOUT_MS;
  private rounds = 0;
  private bytesLeft: number;

  /**
   * @param memory of the import; holds the bytes until it is ended
   * @param document the document, whose bytes count as well
   */
  constructor(
    private readonly egress: Egress,
    private readonly memory: CallReservation,
    private readonly document: FetchedBytes,
  ) {
    this.origin = parseUrl(document.url)?.origin;
    this.bytesLeft = DEFAULT_LIMITS.maxBytes - document.bytes.length;
  }

  /** The URL of the document. */
  get url(): string {
    return this.document.url;
  }

  /** Fetches files. Afterwards, {@link files} has each of them, or the reason why it was not fetched. */
  async fetch(urls: readonly string[]): Promise<void> {
    this.rounds += 1;
    const waiting = [...urls];
    const work = async () => {
      for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) {
        // Taken before the request, so that concurrent requests do not exceed the limit.
        this.files.set(url, { problem: 'it is being fetched' });
        this.files.set(url, await this.read(url));
      }
    };
    await Promise.all(Array.from({ length: Math.min(MAX_CONCURRENT, urls.length) }, work));
  }

  private async read(url: string): Promise<ReferencedFile> {
    const timeoutMs = Math.ceil(this.deadline - performance.now());
    if (this.files.size > MAX_FILES) return { problem: `more than ${MAX_FILES} files are not fetched` };
    if (this.rounds > MAX_ROUNDS) return { problem: `more than ${MAX_ROUNDS} levels of files are not fetched` };
    if (timeoutMs <= 0) return { problem: `the files took more than ${TIMEOUT_MS / 1000} seconds` };
    if (this.bytesLeft <= 0) return { problem: TOO_LARGE };
    try {
      const limits = { maxBytes: this.bytesLeft, timeoutMs };
      const response = await fetchBytes(this.egress, this.memory, url, '', limits);
      return this.accept(response);
    } catch (error) {
      if (!(error instanceof CountersignError)) throw error;
      return { problem: `it could not be fetched: ${error.message}` };
    }
  }

  private accept({ status, bytes, url }: FetchedBytes): ReferencedFile {
    if (status !== 200) return { problem: `its URL answered with status ${status}` };
    if (parseUrl(url)?.origin !== this.origin) return { problem: 'its URL redirects to another host' };
    this.bytesLeft -= bytes.length;
    return this.bytesLeft < 0 ? { problem: TOO_LARGE } : { text: decodeText(bytes) };
  }
}

const TOO_LARGE = `the files have more than ${DEFAULT_LIMITS.maxBytes} bytes together`;
