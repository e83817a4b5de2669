import type { CallOutcome, CompletedDto } from './call.dto.js';
import { Base64Content } from './files/base64-content.js';
import { JsonBody } from './response/json-body.js';

/**
 * Writes the outcome of a call as JSON, with a JSON body as the upstream wrote it.
 *
 * @returns an array of parts of the JSON if the outcome has large files
 */
export function outcomeJson(outcome: CallOutcome): string | Buffer[] {
  if (outcome.outcome !== 'completed') return JSON.stringify(outcome);
  if (outcome.response.files.some(({ content }) => content instanceof Base64Content)) return partsOf(outcome);
  const { response, ...rest } = outcome;
  const { body, ...ofResponse } = response;
  if (!(body instanceof JsonBody)) return JSON.stringify(outcome);
  return `${openObject(rest)},"response":${openObject(ofResponse)},"body":${body.text}}}`;
}

/** Leaves large contents as they are: they would be copied several times. */
function partsOf({ response, ...rest }: CompletedDto): Buffer[] {
  const { files, ...ofResponse } = response;
  const parts: Buffer[] = [Buffer.from(`${openObject(rest)},"response":${openObject(ofResponse)},"files":[`)];
  for (const { content, ...file } of files) {
    const separator = parts.length === 1 ? '' : ',';
    const bytes = typeof content === 'string' ? Buffer.from(content) : content.ascii;
    parts.push(Buffer.from(`${separator}${openObject(file)},"content":"`), bytes, Buffer.from('"}'));
  }
  return [...parts, Buffer.from(']}}')];
}

/** Writes an object without its closing brace, for further members. */
function openObject(members: object): string {
  return JSON.stringify(members).slice(0, -1);
}
