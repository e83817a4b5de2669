import { type Finding } from './errors.js';
import { type JsonObject, type Located, stringMember, valueAt } from './json.js';
import { servesCalls } from './relevance.js';
import { eachObject } from './walk.js';

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

/** Where one `$ref` leads: within the document only, never to a file or another host. */
export function follow(root: JsonObject, reference: string, pointer: string): Located | BrokenReference {
  if (!reference.startsWith('#')) return broken('external_reference', reference, pointer);
  const target = decodeFragment(reference.slice(1));
  const value = valueAt(root, target);
  return value === undefined ? broken('unresolved_reference', reference, pointer) : { value, pointer: target };
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
    `"${reference}" is outside of the document; nothing is fetched, so bundle it into the document`,
  unresolved_reference: (reference: string) => `there is nothing at "${reference}"`,
  reference_loop: (reference: string) => `"${reference}" leads to nothing but references`,
};

function broken(code: BrokenReference['code'], reference: string, pointer: string): BrokenReference {
  return { code, message: EXPLANATIONS[code](reference), pointer };
}

/**
 * All references of a document that lead nowhere, in the order in which they stand.
 *
 * @returns `errors` for references out of the document from where calls are described; `warnings` for all others
 */
export function brokenReferences(root: JsonObject): { errors: Finding[]; warnings: Finding[] } {
  const errors: Finding[] = [];
  const warnings: Finding[] = [];
  const fine = new Set<string>();
  eachObject(root, (value, pointer) => {
    const reference = stringMember(value, '$ref');
    if (reference === undefined || fine.has(reference)) return;
    const result = resolve(root, { value, pointer: pointer() });
    if (!('code' in result)) fine.add(reference);
    else if (result.code === 'external_reference' && servesCalls(result.pointer)) errors.push(result);
    else warnings.push(result);
  });
  return { errors, warnings };
}
