import { type JsonValue, isContainer, pointerTo } from '../document/json.js';

/** A scalar of a deep object, or null for a list or object without any. */
export interface DeepLeaf {
  /** such as `color[R]` */
  readonly name: string;
  readonly value: JsonValue;
  readonly pointer: string;
}

/**
 * Returns the leaves of a value with the style `deepObject` (OAS 3.1.1, section 4.8.12.3), such as `color[R]`. The standard does not define
 * deeper values; they are named as the servers that introduced the style read them: `a[b][c]=1` and `a[b][0]=1`. Nulls inside are left out.
 */
export function deepLeaves(name: string, value: JsonValue, pointer: string): DeepLeaf[] {
  const leaves: DeepLeaf[] = [];
  collect({ name, value, pointer }, leaves);
  return leaves;
}

/** Appends the leaves of a value, and returns whether there is a scalar among them. */
function collect(node: DeepLeaf, leaves: DeepLeaf[]): boolean {
  const { name, value, pointer } = node;
  if (value !== null && !isContainer(value)) return leaves.push(node) > 0;
  const before = leaves.length;
  let hasScalar = false;
  for (const [key, item] of Object.entries(value ?? {})) {
    if (item === null) continue;
    hasScalar =
      collect({ name: `${name}[${key}]`, value: item, pointer: pointerTo(pointer, key) }, leaves) || hasScalar;
  }
  if (!hasScalar) leaves.splice(before, Infinity, { name, value: null, pointer });
  return hasScalar;
}
