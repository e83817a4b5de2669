import {
  type JsonObject,
  type JsonValue,
  type Located,
  isObject,
  listMember,
  objectMember,
  pointerTo,
  stringMember,
} from '../../document/json.js';
import { isVersion30 } from '../../document/document.js';
import { followReference } from '../../document/references.js';
import { schemaKeyword } from '../../document/schema-keywords.js';

/** A component schema that extends another by `allOf`, or by keywords beside `$ref`. */
export interface ChildSchema extends Located<JsonObject> {
  /** it adds something of its own to its parent, other than annotations */
  readonly isExtension: boolean;
}

const childrenByRoot = new WeakMap<JsonObject, ReadonlyMap<JsonValue, readonly ChildSchema[]>>();

/**
 * Returns the component schemas that refer to a schema by `allOf`, or by `$ref` with other keywords. Without an extension the former may as well
 * be other names for it.
 */
export function childSchemas(root: JsonObject, parent: JsonObject): readonly ChildSchema[] {
  const known = childrenByRoot.get(root) ?? findChildren(root);
  childrenByRoot.set(root, known);
  return known.get(parent) ?? [];
}

function findChildren(root: JsonObject): Map<JsonValue, ChildSchema[]> {
  const children = new Map<JsonValue, ChildSchema[]>();
  for (const [name, value] of Object.entries(objectMember(objectMember(root, 'components'), 'schemas') ?? {})) {
    if (!isObject(value)) continue;
    const child = { value, pointer: pointerTo('/components/schemas', name), isExtension: isExtension(value) };
    const references = [...(listMember(value, 'allOf') ?? []), ...(extendsByReference(root, value) ? [value] : [])];
    for (const part of references) {
      const parent = followReference(root, part, '');
      if (parent === undefined || 'code' in parent) continue;
      const siblings = children.get(parent.value);
      if (siblings === undefined) children.set(parent.value, [child]);
      else siblings.push(child);
    }
  }
  return children;
}

/** Returns whether a schema adds something to the target of its `$ref`, which 3.0 does not allow. */
export function extendsByReference(root: JsonObject, schema: JsonObject): boolean {
  return stringMember(schema, '$ref') !== undefined && !isVersion30(root) && isExtension(schema);
}

/** Returns whether a schema adds something to the schema that its `allOf` refers to, and does not only describe it or allow null. */
export function isExtension(schema: JsonObject): boolean {
  const { allOf, ...own } = schema;
  const parts = Array.isArray(allOf) ? allOf : [];
  const references = parts.filter((part) => isObject(part) && '$ref' in part);
  const others = [own, ...parts.filter((part) => !references.includes(part))];
  return references.length > 1 || others.some(isStructured);
}

function isStructured(schema: JsonValue): boolean {
  return (
    isObject(schema) && Object.keys(schema).some((name) => name === 'required' || schemaKeyword(name)?.isApplicator)
  );
}
