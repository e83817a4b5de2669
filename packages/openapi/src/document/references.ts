import { type Finding } from './errors.js';
import { type JsonObject, type JsonValue, type Located, stringMember, valueAt } from './json.js';
import { resolveUri, schemaResources } from './schema-resources.js';

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
    const target = followReference(root, value, from.pointer);
    if (target === undefined) return { value, pointer };
    if ('code' in target) return target;
    if (seen.has(target.pointer) || seen.size === MAX_HOPS)
      return brokenReference('reference_loop', referenceOf(root, value) ?? '', from.pointer);
    seen.add(target.pointer);
    ({ value, pointer } = target);
  }
}

/**
 * Resolves the reference of an object within the document, never to a file or another host.
 *
 * @param pointer what the finding about a broken reference is about
 * @returns `undefined` if the value has no reference
 */
export function followReference(
  root: JsonObject,
  value: JsonValue | undefined,
  pointer: string,
): Located | BrokenReference | undefined {
  const reference = referenceOf(root, value);
  return reference === undefined ? undefined : followUri(root, reference, value ?? null, pointer);
}

/** Returns the reference of an object: `$ref`, or a `$dynamicRef` that only one schema can be meant by. */
export function referenceOf(root: JsonObject, value: JsonValue | undefined): string | undefined {
  const reference = stringMember(value, '$ref');
  if (reference !== undefined) return reference;
  const dynamic = stringMember(value, '$dynamicRef');
  if (dynamic === undefined) return undefined;
  const [, fragment = ''] = dynamic.split('#', 2);
  const { ambiguousAnchors } = schemaResources(root);
  const isKnown = !('code' in followUri(root, dynamic, value ?? null, ''));
  return isKnown && !ambiguousAnchors.has(decodeFragment(fragment)) ? dynamic : undefined;
}

/**
 * Resolves a URI reference within the document. It may name a schema by `$anchor` or `$id` (JSON Schema 2020-12 Core, section 8.2), and the
 * document by `$self` (OAS 3.2.0, section 4.1.1).
 *
 * @param owner the object that contains the reference; a reference within a schema with an `$id` is relative to it
 */
export function followUri(
  root: JsonObject,
  reference: string,
  owner: JsonValue,
  pointer: string,
): Located | BrokenReference {
  const { documentUri, bases, pointers, followed } = schemaResources(root);
  const base = bases.size === 0 ? documentUri : (bases.get(owner) ?? documentUri);
  const known = base === documentUri ? followed.get(reference) : undefined;
  if (known !== undefined) return known;
  const [uri = '', encoded = ''] = reference.split('#', 2);
  const resource = uri === '' ? base : resolveUri(uri, base);
  const start = resource === undefined ? undefined : pointers.get(resource);
  if (start === undefined) return brokenReference('external_reference', reference, pointer);
  const fragment = decodeFragment(encoded);
  const isPointer = fragment === '' || fragment.startsWith('/');
  const named = isPointer ? start + fragment : pointers.get(`${resource}#${fragment}`);
  const targets = named === undefined ? [] : [named];
  // Many authors give a schema an `$id` and still refer to `#/components/schemas/…` of the document.
  if (uri === '' && isPointer && start !== '') targets.push(fragment);
  for (const target of targets) {
    const value = valueAt(root, target);
    if (value === undefined) continue;
    const found = { value, pointer: target };
    if (base === documentUri) followed.set(reference, found);
    return found;
  }
  return brokenReference('unresolved_reference', reference, pointer);
}

/** Returns a text that is the same for references with the same target. */
export function referenceKey(root: JsonObject, reference: string, owner: JsonValue): string {
  return `${schemaResources(root).bases.get(owner) ?? ''} ${reference}`;
}

/** Decodes the percent-encoding of a pointer in a URI fragment (RFC 6901, section 6). */
export function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

/** Encodes what a URI fragment must not contain (RFC 3986, section 3.5). */
export function encodeFragment(pointer: string): string {
  return encodeURI(pointer).replaceAll('#', '%23');
}

const MESSAGES = {
  external_reference: (reference: string) =>
    `"${reference}" is outside the document and is not fetched; import the document from its URL, or bundle it, for example with "redocly bundle"`,
  unresolved_reference: (reference: string) => `"${reference}" cannot be resolved: the document has no such value`,
  reference_loop: (reference: string) => `"${reference}" leads only to other references`,
};

function brokenReference(code: BrokenReference['code'], reference: string, pointer: string): BrokenReference {
  return { code, message: MESSAGES[code](reference), pointer };
}
