import { type Finding } from '../document/errors.js';
import { type JsonValue, isObject, member, objectMember, pointerTo, stringMember } from '../document/json.js';

/** The number of characters that are searched for the marks of other formats. */
const SEARCHED_LENGTH = 4_000;

/** The beginnings of formats that are neither JSON nor YAML. A mark after `#` would be a comment in YAML. */
const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/^#%RAML\b/, 'a RAML document'],
  [/^FORMAT:\s*1A/i, 'an API Blueprint'],
  [/^(?:\/\/.*\n\s*)*syntax\s*=\s*["']proto/, 'a Protocol Buffers definition'],
  // Alternatives without overlap, so that no text makes the match slow.
  [
    /^(?:(?:#.*\n|"""(?:(?!""")[^])*""")\s*)*(?:extend )?(?:schema|type|interface|input|enum|union|scalar|directive)\b[^\n:]*[{=@]/,
    'a GraphQL schema',
  ],
  [/^<\?xml|^<[a-z][\w:.-]*[\s>]/i, 'XML'],
];

/** The marks of other kinds of documents in JSON or YAML. */
const OBJECTS: readonly (readonly [(json: JsonValue) => boolean, string])[] = [
  [(json) => stringMember(json, 'asyncapi') !== undefined, 'an AsyncAPI document'],
  [(json) => isPostmanCollection(json) || isPostmanCollection(member(json, 'collection')), 'a Postman collection'],
  [(json) => stringMember(json, 'kind')?.startsWith('discovery#') === true, 'a Google discovery document'],
  [(json) => [json, member(json, 'data')].some((each) => member(each, '__schema') !== undefined), 'a GraphQL schema'],
  [(json) => stringMember(json, 'openrpc') !== undefined, 'an OpenRPC document'],
  [(json) => stringMember(json, 'arazzo') !== undefined, 'an Arazzo description'],
  [(json) => stringMember(json, 'overlay') !== undefined, 'an OpenAPI overlay'],
  [(json) => stringMember(json, 'name_for_model') !== undefined, 'a plugin manifest, whose "api.url" leads to one'],
  [(json) => stringMember(json, '_type') === 'export', 'an Insomnia export'],
  [(json) => Array.isArray(member(member(json, 'log'), 'entries')), 'a HAR recording'],
  [(json) => /json-schema\.org/.test(stringMember(json, '$schema') ?? ''), 'a JSON Schema'],
];

/** Returns a finding that names the format of a text, if it cannot be an OpenAPI document. */
export function recognizeOtherText(text: string): Finding | undefined {
  const beginning = text.slice(0, SEARCHED_LENGTH).trimStart();
  if (beginning === '' && text.trim() === '') {
    return { code: 'empty_document', message: 'the document is empty', pointer: '' };
  }
  if (/^(?:<!--[^]*?-->\s*)?<(?:!doctype html|html|head|body)\b/i.test(beginning)) {
    const message =
      'this is an HTML page, not an OpenAPI document; provide the URL of the document itself, which is often linked as openapi.json or openapi.yaml';
    return { code: 'html_page', message, pointer: '' };
  }
  const [, name] = TEXTS.find(([pattern]) => pattern.test(beginning)) ?? [];
  return name === undefined ? undefined : otherFormat(name);
}

/** Returns a finding that names the kind of a value that is not an OpenAPI document, if it is known. */
export function recognizeOtherFormat(json: JsonValue): Finding | undefined {
  const [, name] = OBJECTS.find(([recognizes]) => recognizes(json)) ?? [];
  if (name !== undefined) return otherFormat(name);
  const pointer = wrappedDocument(json);
  if (pointer === undefined) return undefined;
  const message = `the OpenAPI document is nested in another document, at "${pointer}"; provide it alone`;
  return { code: 'wrapped_document', message, pointer };
}

function otherFormat(name: string): Finding {
  const message = `this is ${name}, not an OpenAPI document; provide a document of OpenAPI 3.0, 3.1 or 3.2`;
  return { code: 'other_format', message, pointer: '' };
}

function isPostmanCollection(json: JsonValue | undefined): boolean {
  const info = objectMember(json, 'info');
  return member(info, '_postman_id') !== undefined || /getpostman\.com/.test(stringMember(info, 'schema') ?? '');
}

/** The number of levels that are searched for a nested document. */
const MAX_WRAPPER_LEVELS = 2;

function wrappedDocument(json: JsonValue, pointer = '', depth = 0): string | undefined {
  if (depth > 0 && isDocument(json)) return pointer;
  if (depth === MAX_WRAPPER_LEVELS || typeof json !== 'object' || json === null) return undefined;
  for (const [key, value] of Object.entries(json)) {
    const found = wrappedDocument(value, pointerTo(pointer, key), depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isDocument(json: JsonValue): boolean {
  const version = member(json, 'openapi') ?? member(json, 'swagger');
  return (typeof version === 'string' || typeof version === 'number') && isObject(json);
}
