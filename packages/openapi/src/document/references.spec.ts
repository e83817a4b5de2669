import { describe, expect, it } from '@jest/globals';
import { type JsonObject, type JsonValue, isObject, valueAt } from './json.js';
import { followUri } from './references.js';

const URI = 'https://e.test/schemas/';

/** A document whose schemas describe themselves: each has its pointer as its title. */
function documentOf(schemas: JsonObject, fields: JsonObject = {}): JsonObject {
  return { openapi: '3.1.0', info: { title: 't', version: '1' }, paths: {}, components: { schemas }, ...fields };
}

/** Returns the pointer that a reference of the schema at `from` leads to, or the code of its finding. */
function target(document: JsonObject, reference: string, from = ''): string {
  const found = followUri(document, reference, valueAt(document, from) as JsonValue, '');
  return 'code' in found ? found.code : found.pointer;
}

const NOTE = '/components/schemas/Note';
const USER = '/components/schemas/User';

describe('followUri', () => {
  const document = documentOf({
    Note: {
      $id: `${URI}note`,
      $anchor: 'top',
      $defs: {
        a: { $anchor: 'a' },
        'b/c': {},
        nested: { $id: 'deep/nested', properties: { x: { $anchor: 'x' } }, $defs: { a: { type: 'string' } } },
      },
      properties: { user: {} },
    },
    User: { $id: '/schemas/user.json#', $defs: { a: { $anchor: 'a' } } },
    Plain: { $anchor: 'plain', properties: { inner: { $anchor: 'inner' } } },
    Tagged: { $id: 'tag:e.test,2024:x', $defs: { a: { $anchor: 'a' } } },
    Named: { $id: 'Named', $defs: { a: {} } },
    Old: { $id: '#old' },
  });
  const nested = `${NOTE}/$defs/nested`;

  it.each<[string, string, string, string]>([
    ['an absolute $id', `${URI}note`, '', NOTE],
    ['an absolute $id with an empty fragment', `${URI}note#`, '', NOTE],
    ['an $id in another spelling', 'HTTPS://E.test:443/schemas/x/../note', '', NOTE],
    ['an $id with a pointer', `${URI}note#/$defs/b~1c`, '', `${NOTE}/$defs/b~1c`],
    ['an $id with an escaped pointer', `${URI}note#/%24defs/a`, '', `${NOTE}/$defs/a`],
    ['an $id with an anchor', `${URI}note#a`, '', `${NOTE}/$defs/a`],
    ['a relative $id from the document', 'Named', '', '/components/schemas/Named'],
    ['a relative $id and a pointer', 'Named#/$defs/a', '', '/components/schemas/Named/$defs/a'],
    ['a nested $id', `${URI}deep/nested`, '', nested],
    ['an opaque $id', 'tag:e.test,2024:x#a', '', '/components/schemas/Tagged/$defs/a'],
    ['an anchor of the document', '#plain', '', '/components/schemas/Plain'],
    [
      'an anchor deep in the document',
      '#inner',
      NOTE.replace('Note', 'Plain'),
      '/components/schemas/Plain/properties/inner',
    ],
    ['an $id that is an anchor of older drafts', '#old', '', '/components/schemas/Old'],
    ['the document', '#', '', ''],
    ['a pointer of the document', '#/components/schemas/Note', '', NOTE],
    ['the resource of the schema', '#', `${NOTE}/properties/user`, NOTE],
    ['a pointer of the resource', '#/$defs/a', `${NOTE}/properties/user`, `${NOTE}/$defs/a`],
    ['an anchor of the resource', '#a', `${NOTE}/properties/user`, `${NOTE}/$defs/a`],
    ['the anchor of the resource itself', '#top', NOTE, NOTE],
    ['a pointer of the nested resource', '#/$defs/a', nested, `${nested}/$defs/a`],
    ['an anchor of the nested resource', '#x', `${nested}/$defs/a`, `${nested}/properties/x`],
    ['another resource, relative to the $id', 'deep/nested#x', NOTE, `${nested}/properties/x`],
    ['another resource, relative to the nested $id', '../user.json', nested, 'external_reference'],
    ['a pointer of the document where the resource has none', '#/components/schemas/User', NOTE, USER],
    ['an $id that no schema has', `${URI}none`, '', 'external_reference'],
    ['a relative $id that no schema has', 'none', NOTE, 'external_reference'],
    ['a relative reference without a base', 'x', '/components/schemas/Tagged', 'external_reference'],
    ['an anchor that the resource does not have', '#plain', NOTE, 'unresolved_reference'],
    ['an anchor of another resource', '#x', '', 'unresolved_reference'],
    ['a pointer that the resource does not have', `${URI}note#/$defs/none`, '', 'unresolved_reference'],
    [
      'a pointer of the document in another resource',
      `${URI}note#/components/schemas/User`,
      '',
      'unresolved_reference',
    ],
  ])('resolves %s: %s', (_, reference, from, expected) => {
    expect(target(document, reference, from)).toBe(expected);
  });

  it('resolves identifiers against the address of the document', () => {
    const addressed = documentOf(
      { Note: { $id: 'note' }, User: { $ref: 'note' } },
      { openapi: '3.2.0', $self: `${URI}api` },
    );
    expect(target(addressed, `${URI}note`)).toBe(NOTE);
    expect(target(addressed, 'api#/components/schemas/User', NOTE)).toBe(USER);
    expect(target(addressed, `${URI}api#/components/schemas/User`)).toBe(USER);
    expect(target(addressed, 'https://e.test/note')).toBe('external_reference');
  });

  it('ignores $id and $anchor in 3.0', () => {
    const old = documentOf({ Note: { $id: `${URI}note`, $anchor: 'top', properties: {} } }, { openapi: '3.0.3' });
    expect(target(old, `${URI}note`)).toBe('external_reference');
    expect(target(old, '#top')).toBe('unresolved_reference');
    expect(target(old, '#/components/schemas/Note', NOTE)).toBe(NOTE);
    expect(target(old, '#/properties', NOTE)).toBe('unresolved_reference');
  });

  it('prefers the first of several schemas with the same $id or $anchor', () => {
    const repeated = documentOf({ Note: { $id: 'same', $anchor: 'a' }, User: { $id: 'same' } });
    expect(target(repeated, 'same')).toBe(NOTE);
    expect(target(documentOf({ Note: { $anchor: 'a' }, User: { $anchor: 'a' } }), '#a')).toBe(NOTE);
  });

  it('does not take identifiers from examples, defaults and names of properties', () => {
    const data = documentOf({
      Note: { default: { $id: 'a' }, example: { $anchor: 'b' }, properties: { $id: {}, $anchor: {} } },
    });
    expect(isObject(valueAt(data, `${NOTE}/default`))).toBe(true);
    expect(target(data, 'a')).toBe('external_reference');
    expect(target(data, '#b')).toBe('unresolved_reference');
  });
});
