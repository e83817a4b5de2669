import { type JsonObject, type JsonValue, isObject, member, objectMember } from '../document/json.js';
import { resolve } from '../document/references.js';
import { type CheckContext, type CheckedOperation, type Complaint } from './check.js';

/** What ChatGPT allows; longer ones are common and work, but may be cut elsewhere. */
const MOST_OPERATIONS = 30;
const LONGEST_DESCRIPTION = 300;

const IS_CONSEQUENTIAL = 'x-openai-isConsequential';

export function manyOperations({ operations }: CheckContext): Complaint[] {
  if (operations.length <= MOST_OPERATIONS) return [];
  const message = `the document has ${operations.length} operations; ChatGPT takes ${MOST_OPERATIONS}, and models choose worse among many, so leave out those that you do not need`;
  return [{ message, pointer: '/paths' }];
}

export function undescribedOperation({ plan: { summary } }: CheckedOperation): string | undefined {
  if (summary.summary?.trim() || summary.description?.trim()) return undefined;
  return `${summary.operationId} has neither summary nor description, by which models choose; say what it does and when to use it`;
}

export function longOperationDescription({ plan: { summary } }: CheckedOperation): string | undefined {
  const length = summary.description?.length ?? 0;
  if (length <= LONGEST_DESCRIPTION) return undefined;
  return `the description of ${summary.operationId} has ${length} characters; ChatGPT takes ${LONGEST_DESCRIPTION}`;
}

export function deprecatedOperation({ operation, plan }: CheckedOperation): string | undefined {
  if (member(operation.value, 'deprecated') !== true) return undefined;
  return `${plan.summary.operationId} is deprecated and is offered all the same; leave it out if the API has something better`;
}

export function unreadableConsequence({ operation }: CheckedOperation): string | undefined {
  const value = member(operation.value, IS_CONSEQUENTIAL);
  if (value === undefined || typeof value === 'boolean') return undefined;
  return `${IS_CONSEQUENTIAL} is ${JSON.stringify(value)} and is ignored: only true and false count`;
}

export function consequentialGet({ operation, method, plan }: CheckedOperation): string | undefined {
  if (method !== 'GET' || member(operation.value, IS_CONSEQUENTIAL) !== true) return undefined;
  return `${plan.summary.operationId} only reads, and yet users are asked before each call, as ${IS_CONSEQUENTIAL} demands; take that out if nothing depends on it`;
}

export function inconsequentialDelete({ operation, method, plan }: CheckedOperation): string | undefined {
  if (method !== 'DELETE' || member(operation.value, IS_CONSEQUENTIAL) !== false) return undefined;
  return `${plan.summary.operationId} deletes without asking users, as ${IS_CONSEQUENTIAL} allows; take that out if it should ask`;
}

/** A sequence of items is described by 3.2's `itemSchema` (OAS 3.2.0, section 4.14.2). */
export function streamedBody({ operation }: CheckedOperation, { document }: CheckContext): string | undefined {
  const found = resolve(document.json, { value: member(operation.value, 'requestBody') ?? null, pointer: '' });
  const content = 'code' in found ? [] : Object.values(objectMember(found.value, 'content') ?? {});
  if (!content.some((mediaType) => member(mediaType, 'itemSchema') !== undefined)) return undefined;
  return 'its body is a sequence of items, of which "itemSchema" is ignored: anything fits; describe the whole under "schema"';
}

/** Media types whose bytes are no text. */
const BINARY =
  /^(?:image\/(?!svg)|audio\/|video\/|font\/|application\/(?:octet-stream|pdf|zip|gzip|x-tar|msword|vnd\.(?:ms-|openxmlformats-|oasis\.)))/i;

export function binaryResponse({ operation }: CheckedOperation, { document }: CheckContext): string | undefined {
  const successes = successfulResponses(document.json, operation.value);
  const types = successes.flatMap((response) => Object.keys(objectMember(response, 'content') ?? {}));
  if (types.length === 0 || !types.every((type) => BINARY.test(type))) return undefined;
  return `it answers with ${types.join(', ')}, which comes as a file; a model reads text or JSON, so offer that as well where it should`;
}

export function noSuccessfulResponse({ operation }: CheckedOperation, { document }: CheckContext): string | undefined {
  const responses = Object.keys(objectMember(operation.value, 'responses') ?? {});
  if (responses.length === 0 || successfulResponses(document.json, operation.value).length > 0) return undefined;
  return responses.some((status) => /^[13]/.test(status))
    ? undefined
    : `of its answers only failures are described (${responses.join(', ')}); describe what it answers when all is well`;
}

function successfulResponses(root: JsonObject, operation: JsonObject): JsonValue[] {
  const responses = objectMember(operation, 'responses') ?? {};
  return Object.entries(responses).flatMap(([status, value]) => {
    if (!/^2|^default$/i.test(status)) return [];
    const found = resolve(root, { value, pointer: '' });
    return 'code' in found || !isObject(found.value) ? [] : [found.value];
  });
}
