/** A segment of a pointer that stands for every element. */
const EVERY = '*';

type Segments = readonly string[];

/**
 * JSON Pointers (RFC 6901) that have been followed some steps into a value. A segment `*` stands for every element of an array, and every member
 * of an object.
 */
export class PointerSet {
  /** Whether one of the pointers ends here. */
  readonly hasEnd: boolean;
  /** The remaining segments of the pointers that go on, by the first one. */
  readonly #byFirst = new Map<string, Segments[]>();
  /** The steps that were taken. */
  readonly #steps = new Map<string, PointerSet>();

  private constructor(pointers: readonly Segments[]) {
    this.hasEnd = pointers.some(({ length }) => length === 0);
    for (const [first, ...rest] of pointers) {
      if (first === undefined) continue;
      const others = this.#byFirst.get(first);
      if (others) others.push(rest);
      else this.#byFirst.set(first, [rest]);
    }
  }

  static of(pointers: readonly string[]): PointerSet {
    return new PointerSet(pointers.map((pointer) => pointer.split('/').slice(1).map(unescape)));
  }

  /** Whether none of the pointers goes on. */
  get isComplete(): boolean {
    return this.#byFirst.size === 0;
  }

  /** Follows the pointers into a part of the value. */
  step(key: string | number): PointerSet {
    const name = this.#byFirst.has(String(key)) ? String(key) : EVERY;
    const known = this.#steps.get(name);
    if (known) return known;
    const named = name === EVERY ? [] : (this.#byFirst.get(name) ?? []);
    const next = new PointerSet([...named, ...(this.#byFirst.get(EVERY) ?? [])]);
    this.#steps.set(name, next);
    return next;
  }
}

function unescape(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}
