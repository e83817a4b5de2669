import { describe, expect, it } from '@jest/globals';
import { documentSecurity, type JsonObject, trustedDocument } from '@countersign/openapi';
import { scopeDescriptions } from './scope-descriptions.js';

function described(schemes: object): Record<string, string> | null {
  const json = { openapi: '3.1.0', paths: {}, components: { securitySchemes: schemes } };
  return scopeDescriptions(documentSecurity(trustedDocument(json as unknown as JsonObject)));
}

const flow = (scopes: object) => ({ type: 'oauth2', flows: { authorizationCode: { scopes } } });

describe('the descriptions of scopes', () => {
  it('come from the flows of all schemes, of sign-ins first', () => {
    const flows = {
      implicit: { scopes: { read: 'implicit', old: 'Old' } },
      authorizationCode: { scopes: { read: 'Read' } },
    };
    const schemes = {
      a: { type: 'oauth2', flows },
      b: flow({ read: 'another', write: 'Write' }),
      c: { type: 'http', scheme: 'bearer' },
    };
    expect(described(schemes)).toEqual({ read: 'Read', old: 'Old', write: 'Write' });
  });

  it('are one line of at most 300 characters', () => {
    expect(described({ a: flow({ read: `  Read\n your\tnotes ${'x'.repeat(400)}` }) })).toEqual({
      read: `Read your notes ${'x'.repeat(284)}`,
    });
  });

  it.each([
    {},
    { a: flow({}) },
    { a: flow({ read: '', write: 7, other: ' \n' }) },
    { a: { type: 'oauth2', flows: [] } },
  ])('are null if there are none: %j', (schemes) => {
    expect(described(schemes)).toBeNull();
  });

  it('fit into a row, however many there are', () => {
    const scopes = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`scope-${index}`, '€'.repeat(300)]));
    const found = described({ a: flow(scopes) }) ?? {};
    expect(Object.keys(found).length).toBeGreaterThan(20);
    expect(Buffer.byteLength(JSON.stringify(found))).toBeLessThan(65_536);
  });

  it('keep a scope that is called __proto__', () => {
    const scopes = JSON.parse('{"__proto__": "Everything"}') as object;
    expect(JSON.stringify(described({ a: flow(scopes) }))).toBe('{"__proto__":"Everything"}');
  });
});
