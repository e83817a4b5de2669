import { type JsonObject, type Located, isObject, member, objectMember, pointerTo, stringMember } from '../json.js';
import { type OperationNotes } from './operation-notes.js';
import { resolve } from '../references.js';

/** A request body that is sent as JSON (OAS 3.1.1, section 4.8.13). */
export interface RequestBody {
  /** goes into the `content-type` header */
  readonly mediaType: string;
  readonly required: boolean;
  readonly description: string | undefined;
  readonly schema: Located;
}

/** What a body of these methods means is not defined (RFC 9110, section 9.3), and many clients refuse to send one. */
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS']);

const MEDIA_TYPE = /^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+(?:\s*;\s*[\w!#$&^.+*-]+=(?:[\w!#$&^.+*-]+|"[\w !#-[\]-~]*"))*\s*$/;

/** From the media type that we would rather send to the one that merely allows JSON. */
const PREFERENCES = [
  /^application\/json$/i,
  /^application\/json\s*;/i,
  /^[\w.-]+\/[\w.+-]+\+json(?:\s*;|$)/i,
  /^(?:application|\*)\/(?:\*|\*\+json)$/i,
];

/** The request body of an operation, or nothing where it has none or none that can be sent, which is noted. */
export function readRequestBody(
  root: JsonObject,
  operation: Located<JsonObject>,
  method: string,
  notes: OperationNotes,
): RequestBody | undefined {
  const value = member(operation.value, 'requestBody');
  if (value === undefined) return undefined;
  const found = resolve(root, { value, pointer: pointerTo(operation.pointer, 'requestBody') });
  if ('code' in found) return void notes.refuse(found.code, found.message, found.pointer);
  if (!isObject(found.value)) return undefined;
  const required = member(found.value, 'required') === true;
  const lose = (what: string) => notes.lose(required, 'unsupported_body', `the request body ${what}`, found.pointer);
  if (WITHOUT_BODY.has(method)) return void lose(`of a ${method} cannot be sent`);
  const content = objectMember(found.value, 'content') ?? {};
  const declared = preferred(Object.keys(content));
  if (declared === undefined)
    return void lose(`has no JSON media type, only ${Object.keys(content).join(', ') || 'none'}`);
  return {
    mediaType: declared.includes('*') ? 'application/json' : declared.trim(),
    required,
    description: stringMember(found.value, 'description'),
    schema: {
      value: member(member(content, declared), 'schema') ?? {},
      pointer: pointerTo(found.pointer, 'content', declared, 'schema'),
    },
  };
}

function preferred(mediaTypes: readonly string[]): string | undefined {
  const sendable = mediaTypes.filter((mediaType) => MEDIA_TYPE.test(mediaType));
  for (const preference of PREFERENCES) {
    const found = sendable.find((mediaType) => preference.test(mediaType));
    if (found !== undefined) return found;
  }
  return undefined;
}
