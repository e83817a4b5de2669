import { type Finding } from './errors.js';
import { pointerTo, pointerTokens } from './json.js';

/** Maps the parts of a document to where they were before reading changed it. */
export class Origins {
  readonly #originals = new Map<string, string>();
  readonly #places = new Map<string, string>();

  /** @param earlier the origins of a change before this one */
  constructor(private readonly earlier?: Origins) {}

  /**
   * Notes that the value at a pointer of the changed document is at another pointer in the original.
   *
   * @param pointer a pointer into the changed document
   */
  add(pointer: string, original: string): void {
    this.#originals.set(pointer, original);
    if (!this.#places.has(original)) this.#places.set(original, pointer);
  }

  /** whether this change moved anything */
  get isEmpty(): boolean {
    return this.#originals.size === 0;
  }

  /** Returns the pointer into the original, before all changes, of a pointer into the changed document. */
  originalOf(pointer: string): string {
    const before = moved(pointer, this.#originals);
    return this.earlier?.originalOf(before) ?? before;
  }

  /** Returns the pointer into the changed document of a pointer into the original. */
  placeOf(original: string): string {
    return moved(this.earlier?.placeOf(original) ?? original, this.#places);
  }

  /** Returns findings about the changed document with pointers into the original. */
  inOriginal(findings: readonly Finding[]): Finding[] {
    return findings.map((finding) => ({ ...finding, pointer: this.originalOf(finding.pointer) }));
  }
}

/** Replaces the longest beginning of a pointer that has moved. */
function moved(pointer: string, moves: ReadonlyMap<string, string>): string {
  if (moves.size === 0) return pointer;
  const tokens = pointerTokens(pointer);
  for (let length = tokens.length; length >= 0; length -= 1) {
    const target = moves.get(pointerTo('', ...tokens.slice(0, length)));
    if (target !== undefined) return pointerTo(target, ...tokens.slice(length));
  }
  return pointer;
}
