/** A decoded part of a text, and where each of its offsets comes from. */
export interface DecodedPart {
  readonly text: string;
  /** Returns the start of the source of the character at an offset. */
  startInSource(offset: number): number;
  /** Returns the end of the source of the character before an offset. */
  endInSource(offset: number): number;
}
