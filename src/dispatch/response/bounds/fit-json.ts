import { truncateText } from '../../files/truncate-text.js';
import { MIN_CUT_TEXT } from './complete-json.js';
import type { CutLog } from './cut.js';

/** The minimum number of characters for a part that is cut; smaller parts are complete or left out. */
const MIN_PART = MIN_CUT_TEXT;

/** Characters that JSON.stringify may write as escape sequences. */
const NEEDS_ESCAPES = /["\\\p{Cc}\p{Cs}]/u;

/** A part of a value that fits, and its number of characters as JSON. */
interface Fitted {
  readonly value: unknown;
  readonly size: number;
}

/**
 * Shortens a value until its JSON has at most a number of characters: cuts arrays at elements and long texts, and keeps the small members of
 * objects, such as the cursor of the next page after a long list. The large members of an object get equal shares.
 *
 * @param value parsed JSON, at most 1,000 levels deep; not modified
 * @param maxCharacters at least 2
 * @param cuts records what is cut
 */
export function fitJson(value: unknown, maxCharacters: number, cuts: CutLog): unknown {
  return new Fitting(cuts).fit(value, maxCharacters).value;
}

class Fitting {
  /** Numbers of characters of the JSON of arrays and objects. */
  readonly #sizes = new Map<object, number>();

  constructor(private readonly cuts: CutLog) {}

  fit(value: unknown, budget: number): Fitted {
    const size = this.#sizeOf(value);
    if (size <= budget) return { value, size };
    if (typeof value === 'string') return this.#fitText(value, budget);
    if (Array.isArray(value)) return this.#fitArray(value, budget);
    return this.#fitObject(value as object, budget);
  }

  #sizeOf(value: unknown): number {
    if (typeof value === 'string') return textSize(value);
    if (typeof value !== 'object' || value === null) return String(value).length;
    const known = this.#sizes.get(value);
    if (known !== undefined) return known;
    const parts: number[] = Array.isArray(value)
      ? value.map((item) => this.#sizeOf(item) + 1)
      : Object.entries(value).map(([key, member]) => keySize(key) + this.#sizeOf(member) + 1);
    // The last part has no comma.
    const size = parts.reduce((sum, part) => sum + part, parts.length === 0 ? 2 : 1);
    this.#sizes.set(value, size);
    return size;
  }

  #fitText(text: string, budget: number): Fitted {
    let shown = text;
    let size = Number.POSITIVE_INFINITY;
    for (let length = budget - 2; size > budget; length = Math.floor((length * budget) / size)) {
      shown = truncateText(text, length);
      size = JSON.stringify(shown).length;
    }
    this.cuts.add({ unit: 'characters', shown: shown.length, total: text.length, limit: 'size' });
    return { value: shown, size };
  }

  /** Keeps the first elements. The next one is cut if it alone takes most of the space. */
  #fitArray(items: readonly unknown[], budget: number): Fitted {
    const shown: unknown[] = [];
    let size = 1;
    for (const item of items) {
      const left = budget - size - 1;
      const itemSize = this.#sizeOf(item);
      if (itemSize > left) {
        if (itemSize <= budget / 2 || left < MIN_PART) break;
        const fitted = this.cuts.within(shown.length, () => this.fit(item, left));
        shown.push(fitted.value);
        size += fitted.size + 1;
        break;
      }
      shown.push(item);
      size += itemSize + 1;
    }
    if (shown.length < items.length)
      this.cuts.add({ unit: 'items', shown: shown.length, total: items.length, limit: 'size' });
    return { value: shown, size: Math.max(size, 2) };
  }

  #fitObject(object: object, budget: number): Fitted {
    const members = Object.entries(object);
    const sizes = members.map(([, member]) => this.#sizeOf(member));
    const overhead = members.reduce((sum, [key]) => sum + keySize(key) + 1, 1);
    const share = shareOfLarge(sizes, budget - overhead);
    if (share < MIN_PART) return this.#fitMembers(members, budget);
    let size = overhead;
    const fitted = members.map(([key, member]) => {
      const part = this.cuts.within(key, () => this.fit(member, share));
      size += part.size;
      return [key, part.value] as const;
    });
    return { value: Object.fromEntries(fitted), size };
  }

  /** Keeps the members that fit as they are. */
  #fitMembers(members: readonly (readonly [string, unknown])[], budget: number): Fitted {
    let size = 1;
    const shown = members.filter(([key, member]) => {
      const next = size + keySize(key) + this.#sizeOf(member) + 1;
      if (next > budget) return false;
      size = next;
      return true;
    });
    this.cuts.add({ unit: 'members', shown: shown.length, total: members.length, limit: 'size' });
    return { value: Object.fromEntries(shown), size: Math.max(size, 2) };
  }
}

/** Returns the number of characters that each of the large parts may have so that all parts have `available` characters together. */
function shareOfLarge(sizes: readonly number[], available: number): number {
  let left = available;
  const ascending = sizes.toSorted((one, other) => one - other);
  for (const [index, size] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - index));
    if (size > share) return share;
    left -= size;
  }
  return Number.POSITIVE_INFINITY;
}

/** Returns the number of characters of a key and its colon. */
function keySize(key: string): number {
  return textSize(key) + 1;
}

/** Returns the number of characters of the JSON of a text. */
function textSize(text: string): number {
  return NEEDS_ESCAPES.test(text) ? JSON.stringify(text).length : text.length + 2;
}
