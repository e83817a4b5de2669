import { type JsonObject, member, objectMember } from '../document/json.js';
import { resolve } from '../document/references.js';
import { responsesOf } from '../operations/accept.js';
import { type CheckContext, type CheckedOperation, type CheckFinding } from './check.js';

/** ChatGPT's limits. Longer documents are common and work, but other platforms may truncate them. */
const MAX_OPERATIONS = 30;
const MAX_DESCRIPTION_LENGTH = 300;

const IS_CONSEQUENTIAL = 'x-openai-isConsequential';

export function manyOperations({ operations }: CheckContext): CheckFinding[] {
  if (operations.length <= MAX_OPERATIONS) return [];
  const message = `the document has ${operations.length} operations; ChatGPT allows ${MAX_OPERATIONS}, and models choose less reliably among many, so remove those that you do not need`;
  return [{ message, pointer: '/paths' }];
}

export function undescribedOperation({ plan: { summary } }: CheckedOperation): string | undefined {
  if (summary.summary?.trim() || summary.description?.trim()) return undefined;
  return `${summary.operationId} has neither a summary nor a description; models choose by these, so say what it does and when to use it`;
}

export function longOperationDescription({ plan: { summary } }: CheckedOperation): string | undefined {
  const length = summary.description?.length ?? 0;
  if (length <= MAX_DESCRIPTION_LENGTH) return undefined;
  return `the description of ${summary.operationId} has ${length} characters; ChatGPT allows ${MAX_DESCRIPTION_LENGTH}, so shorten it`;
}

export function deprecatedOperation({ operation, plan }: CheckedOperation): string | undefined {
  if (member(operation.value, 'deprecated') !== true) return undefined;
  return `${plan.summary.operationId} is deprecated but still offered to models; remove it if the API has a replacement`;
}

export function unreadableConsequence({ operation }: CheckedOperation): string | undefined {
  const value = member(operation.value, IS_CONSEQUENTIAL);
  if (value === undefined || typeof value === 'boolean') return undefined;
  return `${IS_CONSEQUENTIAL} must be true or false, got ${JSON.stringify(value)}; it is ignored`;
}

export function consequentialGet({ operation, method, plan }: CheckedOperation): string | undefined {
  if (method !== 'GET' || member(operation.value, IS_CONSEQUENTIAL) !== true) return undefined;
  return `${plan.summary.operationId} is a GET, but ${IS_CONSEQUENTIAL} is true, so users must confirm each call; remove it if the call only reads`;
}

export function inconsequentialDelete({ operation, method, plan }: CheckedOperation): string | undefined {
  if (method !== 'DELETE' || member(operation.value, IS_CONSEQUENTIAL) !== false) return undefined;
  return `${plan.summary.operationId} is a DELETE, but ${IS_CONSEQUENTIAL} is false, so users are not asked for confirmation; remove it if they should be`;
}

/** A sequence of items is described by 3.2's `itemSchema` (OAS 3.2.0, section 4.14.2). */
export function streamedBody({ operation }: CheckedOperation, { document }: CheckContext): string | undefined {
  const found = resolve(document.json, { value: member(operation.value, 'requestBody') ?? null, pointer: '' });
  const content = 'code' in found ? [] : Object.values(objectMember(found.value, 'content') ?? {});
  if (!content.some((mediaType) => member(mediaType, 'itemSchema') !== undefined)) return undefined;
  return 'the body is a sequence of items, and "itemSchema" is ignored, so any body is accepted; describe the whole body under "schema"';
}

/** Binary media types. */
const BINARY =
  /^(?:image\/(?!svg)|audio\/|video\/|font\/|application\/(?:octet-stream|pdf|zip|gzip|x-tar|msword|vnd\.(?:ms-|openxmlformats-|oasis\.)))/i;

export function binaryResponse({ operation }: CheckedOperation, { document }: CheckContext): string | undefined {
  const successes = successfulResponses(document.json, operation.value);
  const types = successes.flatMap((response) => Object.keys(objectMember(response, 'content') ?? {}));
  if (types.length === 0 || !types.every((type) => BINARY.test(type))) return undefined;
  return `the response is ${types.join(', ')}, which is returned as a file; models read text or JSON, so offer one of these as well if models should read it`;
}

export function noSuccessfulResponse({ operation }: CheckedOperation, { document }: CheckContext): string | undefined {
  const responses = Object.keys(objectMember(operation.value, 'responses') ?? {});
  if (responses.length === 0 || successfulResponses(document.json, operation.value).length > 0) return undefined;
  return responses.some((status) => /^[13]/.test(status))
    ? undefined
    : `only failures are described (${responses.join(', ')}); describe the successful response`;
}

function successfulResponses(root: JsonObject, operation: JsonObject): JsonObject[] {
  return responsesOf(root, operation, /^2|^default$/i);
}
