import { StreamableFile } from '@nestjs/common';
import { bodyOf } from '../json/raw-json.js';
import type { HttpReply } from './http-request.js';

/** Returns JSON from a handler whose response has large parts. @param parts of the text */
export function jsonReply(reply: HttpReply, parts: readonly (string | Buffer)[]): string | StreamableFile {
  void reply.header('content-type', 'application/json; charset=utf-8');
  const body = bodyOf(parts);
  return typeof body === 'string' ? body : new StreamableFile(body.stream, { length: body.length });
}
