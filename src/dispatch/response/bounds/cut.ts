/** The number of cuts that are described; of more, only the number is known. */
const MAX_DESCRIBED = 10;

/** A part of a response of which the end is missing. */
export interface Cut {
  /** The names and indexes that lead to the part in the body of the response. */
  readonly path: readonly (string | number)[];
  readonly unit: 'items' | 'members' | 'characters';
  readonly shown: number;
  readonly total: number;
  /** The limit that applied: of the policy on items, or of the settings on the size. */
  readonly limit: 'policy' | 'size';
}

/** What has been cut off a response. */
export interface Cuts {
  readonly described: readonly Cut[];
  /** The number of cuts that are not described. */
  readonly more: number;
  /** The number of characters that were read, if there are more. */
  readonly readCharacters?: number;
}

export const NO_CUTS: Cuts = { described: [], more: 0 };

/** Records the cuts of a value while it is visited. */
export class CutLog {
  readonly #described: Cut[] = [];
  #count = 0;
  /** Leads to the visited part. */
  readonly #path: (string | number)[] = [];

  get cuts(): Cuts {
    return { described: this.#described, more: this.#count - this.#described.length };
  }

  /** Visits a part of the visited value. */
  within<Result>(key: string | number, visit: () => Result): Result {
    this.#path.push(key);
    const result = visit();
    this.#path.pop();
    return result;
  }

  /** Records that the visited part is cut. */
  add(cut: Omit<Cut, 'path'>): void {
    if (this.#count++ < MAX_DESCRIBED) this.#described.push({ path: [...this.#path], ...cut });
  }
}
