import { EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, type Event } from 'js-yaml';

/**
 * Finds the offsets of parts of a YAML text from the events of its parser. A path may lead through aliases.
 *
 * @param text valid YAML
 * @param paths keys and indices from the root
 * @returns for each path the offset of its key or element, or of the nearest ancestor that exists
 */
export function offsetsInYaml(text: string, paths: readonly (readonly string[])[]): number[] {
  const tree = new EventTree(text);
  return paths.map((path) => tree.offsetOf(path));
}

/** The tree of a YAML text. A node is the index of its first event. */
class EventTree {
  private readonly events: Event[];
  /** for each node, the index after its last event */
  private readonly ends: Int32Array;
  private readonly targets = new Map<number, number>();

  constructor(private readonly text: string) {
    this.events = parseEvents(text, {});
    this.ends = new Int32Array(this.events.length);
    this.connect();
  }

  offsetOf(path: readonly string[]): number {
    // The first event opens the document.
    let node = 1;
    let offset = 0;
    for (const token of path) {
      const child = this.child(this.targets.get(node) ?? node, token);
      if (!child) break;
      offset = this.startOf(child.entry) ?? offset;
      node = child.value;
    }
    return offset;
  }

  /** Returns the child at a key or index, and its entry: the key in a mapping, the child itself in a sequence. */
  private child(node: number, token: string): { value: number; entry: number } | undefined {
    const type = this.events[node]?.type;
    if (type !== EVENT_ID.MAPPING && type !== EVENT_ID.SEQUENCE) return undefined;
    let index = 0;
    for (let entry = node + 1; this.isNode(entry); index += 1) {
      const value = type === EVENT_ID.MAPPING ? this.after(entry) : entry;
      if (type === EVENT_ID.MAPPING ? this.isKey(entry, token) : String(index) === token) return { value, entry };
      entry = this.after(value);
    }
    return undefined;
  }

  private isKey(node: number, token: string): boolean {
    const event = this.events[node];
    return event?.type === EVENT_ID.SCALAR && getScalarValue(this.text, event) === token;
  }

  private isNode(index: number): boolean {
    return index < this.events.length && this.events[index]?.type !== EVENT_ID.POP;
  }

  private after(node: number): number {
    return this.ends[node] ?? this.events.length;
  }

  /** Returns `undefined` for an empty value, as in `key:`. */
  private startOf(node: number): number | undefined {
    const event = this.events[node];
    if (event?.type === EVENT_ID.SCALAR) return event.valueStart < 0 ? undefined : scalarStart(event);
    if (event?.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
    return event && 'start' in event ? event.start : undefined;
  }

  private connect(): void {
    const open: number[] = [];
    const anchors = new Map<string, number>();
    for (const [index, event] of this.events.entries()) {
      if ('anchorStart' in event && event.anchorStart >= 0) {
        const name = this.text.slice(event.anchorStart, event.anchorEnd);
        const target = anchors.get(name);
        if (event.type !== EVENT_ID.ALIAS) anchors.set(name, index);
        else if (target !== undefined) this.targets.set(index, target);
      }
      if (event.type === EVENT_ID.POP) this.ends[open.pop() ?? 0] = index + 1;
      else if (event.type === EVENT_ID.SCALAR || event.type === EVENT_ID.ALIAS) this.ends[index] = index + 1;
      else open.push(index);
    }
  }
}

/** Returns the offset of a scalar, including its quote. */
function scalarStart({ valueStart, style }: { valueStart: number; style: number }): number {
  const isQuoted = style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
  return isQuoted ? valueStart - 1 : valueStart;
}
