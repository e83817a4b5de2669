import { type Finding } from '../document/errors.js';
import { type JsonValue, isObject, member, objectMember, pointerTo, stringMember } from '../document/json.js';

/** As much of a text as tells what it is. */
const BEGINNING = 4_000;

/** How formats begin that are neither JSON nor, in truth, YAML; those behind `#` would pass for a comment. */
const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/^#%RAML\b/, 'a RAML document'],
  [/^FORMAT:\s*1A/i, 'an API Blueprint'],
  [/^(?:\/\/.*\n\s*)*syntax\s*=\s*["']proto/, 'a Protocol Buffers definition'],
  // Each alternative ends where it must, so that no text takes long to be told from it.
  [
    /^(?:(?:#.*\n|"""(?:(?!""")[^])*""")\s*)*(?:extend )?(?:schema|type|interface|input|enum|union|scalar|directive)\b[^\n:]*[{=@]/,
    'a GraphQL schema',
  ],
  [/^<\?xml|^<[a-z][\w:.-]*[\s>]/i, 'XML'],
];

/** What marks JSON and YAML documents of other kinds. */
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

/** What a text is that cannot be an OpenAPI document, said by name; nothing where it may be one. */
export function foreignText(text: string): Finding | undefined {
  const beginning = text.slice(0, BEGINNING).trimStart();
  if (beginning === '' && text.trim() === '') {
    return { code: 'empty_document', message: 'the document is empty', pointer: '' };
  }
  if (/^(?:<!--[^]*?-->\s*)?<(?:!doctype html|html|head|body)\b/i.test(beginning)) {
    const message =
      'this is an HTML page and not an OpenAPI document; give the URL of the document itself, which pages often link as openapi.json or openapi.yaml';
    return { code: 'html_page', message, pointer: '' };
  }
  const [, name] = TEXTS.find(([pattern]) => pattern.test(beginning)) ?? [];
  return name === undefined ? undefined : otherFormat(name);
}

/** What a value is that is no OpenAPI document, as far as it can be told. */
export function foreignValue(json: JsonValue): Finding | undefined {
  const [, name] = OBJECTS.find(([recognizes]) => recognizes(json)) ?? [];
  if (name !== undefined) return otherFormat(name);
  const pointer = wrappedDocument(json);
  if (pointer === undefined) return undefined;
  const message = `the OpenAPI document stands inside of another one, at "${pointer}"; give it alone`;
  return { code: 'wrapped_document', message, pointer };
}

function otherFormat(name: string): Finding {
  const message = `this is ${name} and not an OpenAPI document; give one of OpenAPI 3.0, 3.1 or 3.2`;
  return { code: 'other_format', message, pointer: '' };
}

function isPostmanCollection(json: JsonValue | undefined): boolean {
  const info = objectMember(json, 'info');
  return member(info, '_postman_id') !== undefined || /getpostman\.com/.test(stringMember(info, 'schema') ?? '');
}

/** How far documents are looked for inside of what wraps them. */
const WRAPPINGS = 2;

function wrappedDocument(json: JsonValue, pointer = '', depth = 0): string | undefined {
  if (depth > 0 && isDocument(json)) return pointer;
  if (depth === WRAPPINGS || typeof json !== 'object' || json === null) return undefined;
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
