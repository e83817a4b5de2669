import { Injectable } from '@nestjs/common';
import { redactor, type Redact } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { type EgressResponse, MEMORY_PER_BYTE } from '../../egress/index.js';
import type { JsonObject } from '@countersign/openapi';
import type { CompletedDto, UpstreamResponse } from '../call.dto.js';
import { FileBudget, type RawFile } from '../files/file-budget.js';
import { FileFetcher } from '../files/file-fetcher.js';
import { fileNameOf } from '../files/file-name.js';
import { contentTypeOf, kindOf, looksLikeFile, mediaTypeOf } from '../files/media-type.js';
import type { CallLimits } from '../call-limits.js';
import { BodyReader } from './body-reader.js';
import { FILES_POINTER, gatherFiles, omitted, type GatheredFiles } from './gather-files.js';
import { JsonBody } from './json-body.js';

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

interface Content extends GatheredFiles {
  readonly body: unknown;
  readonly truncated: boolean;
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
   * Redacts the call's secrets everywhere, because some upstreams repeat what they were sent.
   *
   * @param limits apply to the files too: a file that misses the deadline is omitted
   */
  async read(
    answer: EgressResponse,
    secrets: readonly string[],
    limits: CallLimits,
  ): Promise<Pick<CompletedDto, 'response' | 'notices'>> {
    const hide = redactor(secrets);
    const contentType = contentTypeOf(answer);
    const { body, truncated, files, notices } = isFile(answer, contentType)
      ? this.readFile(answer, contentType, hide)
      : await this.readTextBody(answer, contentType, secrets, limits);
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
    { body: bytes, truncated: isTruncated }: EgressResponse,
    contentType: string | null,
    secrets: readonly string[],
    limits: CallLimits,
  ): Promise<Content> {
    const { call } = this.settings;
    const text = { bytes, contentType, isTruncated, maxCharacters: call.maxResponseCharacters, secrets };
    const { body, truncated, contents, filesOmitted } = await this.bodies.readText(text, limits);
    const notices = filesOmitted === undefined ? [] : [omitted(FILES_POINTER, filesOmitted)];
    if (typeof body === 'string') return { body, truncated, files: [], notices };
    const json = new JsonBody(body.json);
    if (!body.hasFiles) return { body: json, truncated, files: [], notices };
    const value = json.toJSON() as JsonObject;
    const budget = new FileBudget(call);
    const memory = { reservation: limits.memory.responses, perByte: MEMORY_PER_BYTE.file };
    const createFetch = (count: number) => this.fetcher.batch(count, budget, limits, memory);
    return { body: value, truncated, ...(await gatherFiles(value, contents, budget, createFetch)) };
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

function isFile({ body, truncated }: EgressResponse, contentType: string | null): boolean {
  const kind = kindOf(contentType);
  if (kind === 'file') return body.length > 0 || truncated;
  return kind === 'unknown' && looksLikeFile(body, truncated);
}
