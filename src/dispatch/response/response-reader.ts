import { Injectable } from '@nestjs/common';
import { redactor, type Redact } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { type EgressResponse, MEMORY_PER_BYTE } from '../../egress/index.js';
import type { ResponseBounds } from '../../actions/index.js';
import type { JsonObject } from '@countersign/openapi';
import type { CompletedDto, Notice, UpstreamResponse } from '../call.dto.js';
import { FileBudget, type RawFile } from '../files/file-budget.js';
import { FileFetcher } from '../files/file-fetcher.js';
import { fileNameOf } from '../files/file-name.js';
import { contentTypeOf, isUnspecific, kindOf, looksLikeFile, looksLikeJson, mediaTypeOf } from '../files/media-type.js';
import type { CallLimits } from '../call-limits.js';
import { BodyReader } from './body-reader.js';
import { cutNotices } from './bounds/cut-notices.js';
import { pagingHint, type PagedOperation } from './bounds/paging.js';
import { FILES_POINTER, gatherFiles, omitted, type GatheredFiles } from './gather-files.js';
import { JsonBody } from './json-body.js';
import type { ReadText } from './text-body.js';

/** Headers that describe the connection or the decoded encoding, or that set cookies, which the caller has no use for. */
const DROPPED_HEADERS = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'proxy-authenticate',
  'set-cookie',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const STILL_STREAMING = "the stream had not ended at the call's deadline; only the events until then are included";

interface Content extends GatheredFiles {
  readonly body: unknown;
  readonly truncated: boolean;
}

/** The operation that a response belongs to. */
export interface RespondingOperation {
  readonly operation: PagedOperation;
  /** The bounds of the operation's policy. */
  readonly bounds?: ResponseBounds;
  /** JSON pointers of the arguments that the policy sets. */
  readonly fixedArguments?: readonly string[];
}

/** Converts an upstream's response into the caller's. */
@Injectable()
export class ResponseReader {
  constructor(
    private readonly fetcher: FileFetcher,
    private readonly settings: Settings,
    private readonly bodies: BodyReader,
  ) {}

  /**
   * Reads text and JSON into the body, and everything else into a file. JSON may contain files as ChatGPT defines them (`openaiFileResponse`);
   * files that it names by URL are fetched.
   *
   * JSON that is too long is shortened and remains JSON. Notices say what is missing.
   *
   * Redacts the call's secrets everywhere, because some upstreams repeat what they were sent.
   *
   * @param limits apply to the files too: a file that misses the deadline is omitted
   */
  async read(
    answer: EgressResponse,
    secrets: readonly string[],
    limits: CallLimits,
    operation: RespondingOperation,
  ): Promise<Pick<CompletedDto, 'response' | 'notices'>> {
    const hide = redactor(secrets);
    const contentType = contentTypeOf(answer);
    const { body, truncated, files, notices } = isFile(answer, contentType)
      ? this.readFile(answer, contentType, hide)
      : await this.readTextBody(answer, contentType, secrets, limits, operation);
    limits.memory.responses.expect(0);
    const headers = Object.entries(answer.headers).filter(([name]) => !DROPPED_HEADERS.has(name));
    const response: UpstreamResponse = {
      status: answer.status,
      content_type: contentType && hide(contentType),
      headers: Object.fromEntries(headers.map(([name, value]) => [name, hide(value)])),
      body,
      truncated,
      files: files.length === 0 ? [] : await this.encodeFiles(files, secrets, limits),
    };
    return { response, notices: notices.map(({ pointer, message }) => ({ pointer, message: hide(message) })) };
  }

  private readFile(answer: EgressResponse, contentType: string | null, hide: Redact): Content {
    const { body: bytes, truncated } = answer;
    const { maxFileBytes } = this.settings.call;
    if (truncated || bytes.length > maxFileBytes) {
      const reason = `the file has more than ${maxFileBytes} bytes`;
      return { body: '', truncated: true, files: [], notices: [omitted('/response/body', reason)] };
    }
    const mediaType = mediaTypeOf(contentType);
    const file = { name: hide(fileNameOf(answer, mediaType)), mediaType, bytes };
    return { body: '', truncated, files: [file], notices: [] };
  }

  private async readTextBody(
    answer: EgressResponse,
    contentType: string | null,
    secrets: readonly string[],
    limits: CallLimits,
    responding: RespondingOperation,
  ): Promise<Content> {
    const { call } = this.settings;
    const { body: bytes, truncated: isTruncated } = answer;
    const bounds = boundsFor(answer.status, responding.bounds);
    const text = { bytes, contentType, isTruncated, maxCharacters: call.maxResponseCharacters, secrets, bounds };
    const read = await this.bodies.readText(text, limits);
    const { body, truncated, contents } = read;
    const notices = textNotices(read, answer, responding);
    if (typeof body === 'string') return { body, truncated, files: [], notices };
    if (body.quotedNumbers > 0) notices.push(quoted(body.quotedNumbers, truncated || bounds !== undefined));
    const json = new JsonBody(body.json);
    if (!body.hasFiles) return { body: json, truncated, files: [], notices };
    const value = json.toJSON() as JsonObject;
    const budget = new FileBudget(call);
    const memory = { reservation: limits.memory.responses, perByte: MEMORY_PER_BYTE.file };
    const createFetch = (count: number) => this.fetcher.batch(count, budget, limits, memory);
    const gathered = await gatherFiles(value, contents, budget, createFetch);
    return { body: value, truncated, files: gathered.files, notices: [...notices, ...gathered.notices] };
  }

  private async encodeFiles(
    files: readonly RawFile[],
    secrets: readonly string[],
    limits: CallLimits,
  ): Promise<UpstreamResponse['files']> {
    const contents = { files: files.map(({ bytes }) => bytes), secrets };
    const encoded = await this.bodies.encodeFiles(contents, limits);
    return files.map(({ name, mediaType }, index) => {
      return { name, mime_type: mediaType, content: encoded[index] ?? '' };
    });
  }
}

/**
 * Returns the notice about numbers that became strings.
 *
 * @param isShortened whether some of them may be missing from the body, because they are counted before it is shortened
 */
function quoted(count: number, isShortened: boolean): Notice {
  const what = count === 1 ? '1 number was converted to a string' : `${count} numbers were converted to strings`;
  const reason = `because a double-precision number cannot hold ${count === 1 ? 'it' : 'them'} exactly`;
  const message = `${what} of the same digits, ${reason}${isShortened ? ', before the body was shortened' : ''}`;
  return { pointer: '/response/body', message };
}

function isFile(answer: EgressResponse, contentType: string | null): boolean {
  const { body, truncated } = answer;
  const kind = kindOf(contentType);
  if (kind === 'file') return (body.length > 0 || truncated) && !isJsonWithoutType(answer, contentType);
  return kind === 'unknown' && looksLikeFile(body, truncated);
}

/** Returns whether the upstream did not say that it sends JSON, and did not mean a file. */
function isJsonWithoutType({ body, truncated, headers }: EgressResponse, contentType: string | null): boolean {
  if (truncated || !isUnspecific(contentType)) return false;
  return !/^\s*attachment/i.test(headers['content-disposition'] ?? '') && looksLikeJson(body);
}

/** Returns the bounds of a response. The responses of failures have other members than those to keep. */
function boundsFor(status: number, bounds: ResponseBounds | undefined): ResponseBounds | undefined {
  if (bounds === undefined || (status >= 200 && status < 300)) return bounds;
  return { ...bounds, keep: [] };
}

function textNotices(
  { cuts, filesOmitted, bodyOmitted }: ReadText,
  { endedAtDeadline }: EgressResponse,
  { operation, fixedArguments }: RespondingOperation,
): Notice[] {
  if (endedAtDeadline) return [{ pointer: '/response/body', message: STILL_STREAMING }];
  return [
    ...(bodyOmitted === undefined ? [] : [omitted('/response/body', bodyOmitted)]),
    ...(filesOmitted === undefined ? [] : [omitted(FILES_POINTER, filesOmitted)]),
    ...cutNotices(cuts, () => pagingHint(operation, fixedArguments)),
  ];
}
