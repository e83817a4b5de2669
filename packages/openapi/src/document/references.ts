import { type Finding } from './errors.js';
import { type JsonObject, type Located, stringMember, valueAt } from './json.js';
import { visitObjects } from './visit-objects.js';

/** Explains why a `$ref` cannot be resolved. */
export type BrokenReference = Finding & {
  code: 'external_reference' | 'unresolved_reference' | 'reference_loop';
};

/** A longer chain of references counts as a loop. */
const MAX_HOPS = 30;

/** Resolves a chain of Reference Objects (OAS 3.1.1, section 4.8.23). Returns a value that is not a reference as it is. */
export function resolve(root: JsonObject, from: Located): Located | BrokenReference {
  const seen = new Set<string>();
  let { value, pointer } = from;
  for (;;) {
    const reference = stringMember(value, '$ref');
    if (reference === undefined) return { value, pointer };
    if (seen.has(reference) || seen.size === MAX_HOPS)
      return brokenReference('reference_loop', reference, from.pointer);
    seen.add(reference);
    const target = follow(root, reference, from.pointer);
    if ('code' in target) return target;
    ({ value, pointer } = target);
  }
}

/**
 * Resolves one `$ref` within the document, never to a file or another host. A reference may name a schema by `$anchor` or `$id` (JSON Schema
 * 2020-12 Core, section 8.2), and the document by `$self` (OAS 3.2.0, section 4.1.1).
 */
export function follow(root: JsonObject, reference: string, pointer: string): Located | BrokenReference {
  const [uri = '', fragment = ''] = reference.split('#', 2);
  const base = uri === '' || uri === stringMember(root, '$self') ? '' : schemaNames(root).get(uri);
  if (base === undefined) return brokenReference('external_reference', reference, pointer);
  const target = targetPointer(root, base, decodeFragment(fragment));
  const value = target === undefined ? undefined : valueAt(root, target);
  return target === undefined || value === undefined
    ? brokenReference('unresolved_reference', reference, pointer)
    : { value, pointer: target };
}

function targetPointer(root: JsonObject, base: string, fragment: string): string | undefined {
  return fragment === '' || fragment.startsWith('/') ? base + fragment : schemaNames(root).get(`#${fragment}`);
}

const namesByRoot = new WeakMap<JsonObject, Map<string, string>>();

/** Maps names of schemas to their pointers; built when a reference first uses one, because few documents do. */
function schemaNames(root: JsonObject): Map<string, string> {
  const known = namesByRoot.get(root);
  if (known !== undefined) return known;
  const names = new Map<string, string>();
  visitObjects({ value: root, pointer: '' }, 'OpenAPI', (object, kind, pointer) => {
    if (kind !== 'Schema') return;
    for (const keyword of ['$id', '$anchor', '$dynamicAnchor']) {
      const name = stringMember(object, keyword);
      const key = keyword === '$id' ? name : `#${name}`;
      if (name !== undefined && key !== undefined && !names.has(key)) names.set(key, pointer());
    }
  });
  namesByRoot.set(root, names);
  return names;
}

/** Decodes the percent-encoding of a pointer in a URI fragment (RFC 6901, section 6). */
function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

const MESSAGES = {
  external_reference: (reference: string) =>
    `"${reference}" is outside the document and is not fetched; bundle it into the document, for example with "redocly bundle"`,
  unresolved_reference: (reference: string) => `"${reference}" cannot be resolved: the document has no such value`,
  reference_loop: (reference: string) => `"${reference}" leads only to other references`,
};

function brokenReference(code: BrokenReference['code'], reference: string, pointer: string): BrokenReference {
  return { code, message: MESSAGES[code](reference), pointer };
}
