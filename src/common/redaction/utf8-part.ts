import type { DecodedPart } from './decoded-part.js';

const NOT_ASCII = /[\u0080-\uffff]/;

export function isAscii(text: string): boolean {
  return !NOT_ASCII.test(text);
}

/** A text as a binary string of its UTF-8 octets. */
export class Utf8Part implements DecodedPart {
  readonly text: string;
  readonly #isAscii: boolean;
  /** The UTF-16 offset of each octet, computed when it is first asked for, because few texts contain a secret. */
  #offsets?: Uint32Array;

  constructor(private readonly source: string) {
    this.#isAscii = isAscii(source);
    this.text = this.#isAscii ? source : Buffer.from(source).toString('latin1');
  }

  startInSource(offset: number): number {
    return this.#isAscii ? offset : (this.offsets[offset] ?? this.source.length);
  }

  /** Offsets are ends of characters, because octets searched for are complete characters. */
  endInSource(offset: number): number {
    return this.startInSource(offset);
  }

  private get offsets(): Uint32Array {
    if (this.#offsets) return this.#offsets;
    const offsets = (this.#offsets = new Uint32Array(this.text.length));
    let [octet, unit] = [0, 0];
    for (const character of this.source) {
      const end = octet + Buffer.byteLength(character);
      offsets.fill(unit, octet, end);
      octet = end;
      unit += character.length;
    }
    return offsets;
  }
}
