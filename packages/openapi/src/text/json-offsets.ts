import { visit } from 'jsonc-parser';

/** A node of the tree of wanted paths. */
interface Wanted {
  /** the offset of the key or element, once it has been found */
  offset?: number;
  children: Map<string, Wanted>;
}

/** An open object or array. */
interface Container {
  wanted: Wanted | undefined;
  /** the index of the next element; `undefined` in an object */
  index: number | undefined;
}

/**
 * Finds the offsets of parts of a JSON text without building a syntax tree. The last of several equal keys counts, as in `JSON.parse`.
 *
 * @param text valid JSON
 * @param paths keys and indices from the root
 * @returns for each path the offset of its key or element, or of the nearest ancestor that exists
 */
export function offsetsInJson(text: string, paths: readonly (readonly string[])[]): number[] {
  const root: Wanted = { children: new Map() };
  const branches = paths.map((path) => addPath(root, path));
  findOffsets(text, root);
  return branches.map((branch) => branch.findLast(({ offset }) => offset !== undefined)?.offset ?? 0);
}

function addPath(root: Wanted, path: readonly string[]): Wanted[] {
  let parent = root;
  return path.map((token) => {
    const child = parent.children.get(token) ?? { children: new Map() };
    parent.children.set(token, child);
    return (parent = child);
  });
}

function findOffsets(text: string, root: Wanted): void {
  const open: Container[] = [];
  let property: Wanted | undefined = root;
  const find = (token: string, offset: number) => {
    const child = open.at(-1)?.wanted?.children.get(token);
    if (child !== undefined) child.offset = offset;
    return child;
  };
  /** Returns what is wanted of the value that begins here. */
  const beginValue = (offset: number) => {
    const container = open.at(-1);
    if (container?.index === undefined) return property;
    container.index += 1;
    return find(String(container.index - 1), offset);
  };
  visit(text, {
    onObjectBegin: (offset) => void open.push({ wanted: beginValue(offset), index: undefined }),
    onObjectProperty: (key, offset) => void (property = find(key, offset)),
    onObjectEnd: () => void open.pop(),
    onArrayBegin: (offset) => void open.push({ wanted: beginValue(offset), index: 0 }),
    onArrayEnd: () => void open.pop(),
    onLiteralValue: (_value, offset) => void beginValue(offset),
  });
}
