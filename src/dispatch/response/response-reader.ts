import { Injectable } from '@nestjs/common';
import { byteRedactor, redactor, type Redact } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import type { EgressResponse } from '../../egress/index.js';
import { isObject, member } from '@countersign/openapi';
import type { CompletedDto, UpstreamResponse } from '../call.dto.js';
import { BYTES_PER_BYTE } from '../held/held-bytes.js';
import type { CallFrame } from '../upstream.js';
import { decodeText } from './decode-text.js';
import { FileFetcher } from '../files/file-fetcher.js';
import { fileNameOf } from '../files/file-name.js';
import { FileRoom, type RawFile } from '../files/file-room.js';
import { FILES_POINTER, type Gathered, gatherFiles, leftOut } from './gather-files.js';
import { FILES_MEMBER } from './lift-contents.js';
import { contentTypeOf, kindOf, lookLikeFile, mediaTypeOf } from '../files/media-type.js';
import { readText } from './read-text.js';

/** Headers that speak of the connection or of the encoding that is undone here, or set a cookie in nobody's browser. */
const DROPPED = new Set([
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

/** A body as it has been read. */
interface Content extends Gathered {
  readonly body: unknown;
  readonly truncated: boolean;
}

/** Turns an upstream's answer into the caller's. */
@Injectable()
export class ResponseReader {
  constructor(
    private readonly fetcher: FileFetcher,
    private readonly settings: Settings,
  ) {}

  /**
   * Reads text and JSON into the body, and what is neither into a file. JSON may have files as ChatGPT has them (`openaiFileResponse`); those
   * that it names by their URLs are fetched.
   *
   * Some upstreams repeat what they were sent: the call's secrets are taken out wherever they stand.
   *
   * @param frame the deadline holds for the files too: those that miss it are left out
   */
  async read(
    answer: EgressResponse,
    secrets: readonly string[],
    frame: CallFrame,
  ): Promise<Pick<CompletedDto, 'response' | 'notices'>> {
    const hide = redactor(secrets);
    const contentType = contentTypeOf(answer);
    const { body, truncated, files, notices } = isFile(answer, contentType)
      ? this.fileIn(answer, contentType, hide)
      : await this.textIn(answer, contentType, hide, frame);
    frame.hold.answers.expect(0);
    const headers = Object.entries(answer.headers).filter(([name]) => !DROPPED.has(name));
    const response: UpstreamResponse = {
      status: answer.status,
      content_type: contentType && hide(contentType),
      headers: Object.fromEntries(headers.map(([name, value]) => [name, hide(value)])),
      body,
      truncated,
      files: files.length === 0 ? [] : presented(files, secrets),
    };
    return { response, notices: notices.map(({ pointer, message }) => ({ pointer, message: hide(message) })) };
  }

  private fileIn(answer: EgressResponse, contentType: string | null, hide: Redact): Content {
    const { body: bytes, truncated } = answer;
    const { maxFileBytes } = this.settings.call;
    if (truncated || bytes.length > maxFileBytes) {
      const why = `the file has more than ${maxFileBytes} bytes`;
      return { body: '', truncated: true, files: [], notices: [leftOut('/response/body', why)] };
    }
    const mediaType = mediaTypeOf(contentType);
    const file = { name: hide(fileNameOf(answer, mediaType)), mediaType, bytes };
    return { body: '', truncated, files: [file], notices: [] };
  }

  private async textIn(
    { body: bytes, truncated: isCut }: EgressResponse,
    contentType: string | null,
    hide: Redact,
    frame: CallFrame,
  ): Promise<Content> {
    const { call } = this.settings;
    const text = decodeText(bytes, contentType, isCut);
    const isJson = contentType === null ? /^\s*[{[]/.test(text) : kindOf(contentType) === 'json';
    const read = readText(text, { isJson, isCut, most: call.maxResponseCharacters, hide });
    const { body, truncated, contents, filesLost } = read;
    if (isObject(body) && (member(body, FILES_MEMBER) ?? null) !== null) {
      const room = new FileRoom(call);
      const as = { hold: frame.hold.answers, perByte: BYTES_PER_BYTE.file };
      const fetchOf = (count: number) => this.fetcher.batch(count, room, frame, as);
      return { body, truncated, ...(await gatherFiles(body, contents, room, fetchOf)) };
    }
    const notices = filesLost === undefined ? [] : [leftOut(FILES_POINTER, filesLost)];
    return { body, truncated, files: [], notices };
  }
}

function isFile({ body, truncated }: EgressResponse, contentType: string | null): boolean {
  const kind = kindOf(contentType);
  if (kind === 'file') return body.length > 0 || truncated;
  return kind === 'unknown' && lookLikeFile(body, truncated);
}

function presented(files: readonly RawFile[], secrets: readonly string[]): UpstreamResponse['files'] {
  const blank = byteRedactor(secrets);
  return files.map(({ name, mediaType, bytes }) => {
    blank(bytes);
    return { name, mime_type: mediaType, content: bytes.toString('base64') };
  });
}
