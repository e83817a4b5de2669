import { type Finding } from './errors.js';
import { type JsonObject, type Located, stringMember, valueAt } from './json.js';
import { eachObject } from './visit-objects.js';

/** Why a `$ref` leads nowhere. */
export type BrokenReference = Finding & {
  code: 'external_reference' | 'unresolved_reference' | 'reference_loop';
};

/** References to references beyond this many are taken for a loop: no author writes them, and following them is work. */
const MOST_HOPS = 30;

/**
 * Where a Reference Object leads, through any number of them (OAS 3.1.1, section 4.8.23). A value that is no reference
 * stands for itself.
 */
export function resolve(root: JsonObject, from: Located): Located | BrokenReference {
  const seen = new Set<string>();
  let { value, pointer } = from;
  for (;;) {
    const reference = stringMember(value, '$ref');
    if (reference === undefined) return { value, pointer };
    if (seen.has(reference) || seen.size === MOST_HOPS) return broken('reference_loop', reference, from.pointer);
    seen.add(reference);
    const target = follow(root, reference, from.pointer);
    if ('code' in target) return target;
    ({ value, pointer } = target);
  }
}

/**
 * Where one `$ref` leads: within the document only, never to a file or another host. In the document are also schemas that it names by
 * `$anchor` or `$id` (JSON Schema 2020-12, section 8.2), and itself by `$self` (OAS 3.2.0, section 4.1.1).
 */
export function follow(root: JsonObject, reference: string, pointer: string): Located | BrokenReference {
  const [uri = '', fragment = ''] = reference.split('#', 2);
  const base = uri === '' || uri === stringMember(root, '$self') ? '' : schemaNames(root).get(uri);
  if (base === undefined) return broken('external_reference', reference, pointer);
  const target = placeOf(root, base, decodeFragment(fragment));
  const value = target === undefined ? undefined : valueAt(root, target);
  return target === undefined || value === undefined
    ? broken('unresolved_reference', reference, pointer)
    : { value, pointer: target };
}

function placeOf(root: JsonObject, base: string, fragment: string): string | undefined {
  return fragment === '' || fragment.startsWith('/') ? base + fragment : schemaNames(root).get(`#${fragment}`);
}

const namesByRoot = new WeakMap<JsonObject, Map<string, string>>();

/** Where the schemas stand that have a name of their own; looked for when a reference first asks for one, since few documents do. */
function schemaNames(root: JsonObject): Map<string, string> {
  const known = namesByRoot.get(root);
  if (known !== undefined) return known;
  const names = new Map<string, string>();
  eachObject({ value: root, pointer: '' }, 'OpenAPI', (object, kind, pointer) => {
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

/** A pointer in a URI fragment is percent-encoded (RFC 6901, section 6). */
function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

const EXPLANATIONS = {
  external_reference: (reference: string) =>
    `"${reference}" is outside of the document; nothing is fetched, so bundle it into the document, as "redocly bundle" does`,
  unresolved_reference: (reference: string) => `there is nothing at "${reference}"`,
  reference_loop: (reference: string) => `"${reference}" leads to nothing but references`,
};

function broken(code: BrokenReference['code'], reference: string, pointer: string): BrokenReference {
  return { code, message: EXPLANATIONS[code](reference), pointer };
}
