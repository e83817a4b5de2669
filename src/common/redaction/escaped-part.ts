import type { DecodedPart } from './decoded-part.js';

/**
 * A part of a text around escapes that are close to each other, decoded.
 *
 * Text far from any escape reads the same decoded, and is left out.
 */
export class EscapedPart implements DecodedPart {
  #text = '';
  /** The offsets at which literal text and escapes begin, in turn: decoded, and in the source. */
  readonly #decodedStarts: number[] = [];
  readonly #sourceStarts: number[] = [];

  private constructor(
    private readonly source: string,
    private end: number,
  ) {}

  /**
   * Decodes the escapes of a text.
   *
   * @param pattern global; its matches are longer than what they decode to
   * @param margin the number of characters around escapes that belong to the part
   * @param decode returns `undefined` for what is not an escape
   */
  static *decode(
    text: string,
    pattern: RegExp,
    margin: number,
    decode: (escape: RegExpExecArray) => string | undefined,
  ): Iterable<EscapedPart> {
    let part: EscapedPart | undefined;
    for (const escape of text.matchAll(pattern)) {
      const decoded = decode(escape);
      if (decoded === undefined) continue;
      if (part && escape.index - part.end > 2 * margin) {
        yield part.close(margin);
        part = undefined;
      }
      part ??= new EscapedPart(text, Math.max(0, escape.index - margin));
      part.add(escape, decoded);
    }
    if (part) yield part.close(margin);
  }

  get text(): string {
    return this.#text;
  }

  startInSource(offset: number): number {
    const piece = this.pieceAt(offset);
    return this.isLiteral(piece) ? this.literalInSource(piece, offset) : this.sourceStart(piece);
  }

  endInSource(offset: number): number {
    const piece = this.pieceAt(offset - 1);
    return this.isLiteral(piece) ? this.literalInSource(piece, offset) : this.sourceStart(piece + 1);
  }

  private add({ 0: escape, index }: RegExpExecArray, decoded: string): void {
    this.addPiece(this.source.slice(this.end, index));
    this.end = index;
    this.addPiece(decoded);
    this.end = index + escape.length;
  }

  private addPiece(decoded: string): void {
    this.#decodedStarts.push(this.#text.length);
    this.#sourceStarts.push(this.end);
    this.#text += decoded;
  }

  private close(margin: number): this {
    this.addPiece(this.source.slice(this.end, this.end + margin));
    return this;
  }

  /** Literal pieces and escapes alternate; literal pieces may be empty. */
  private isLiteral(piece: number): boolean {
    return piece % 2 === 0;
  }

  private literalInSource(piece: number, offset: number): number {
    return this.sourceStart(piece) + offset - (this.#decodedStarts[piece] ?? 0);
  }

  private sourceStart(piece: number): number {
    return this.#sourceStarts[piece] ?? this.source.length;
  }

  /** Returns the last piece that begins at or before a decoded offset. */
  private pieceAt(offset: number): number {
    let [low, high] = [0, this.#decodedStarts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#decodedStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
