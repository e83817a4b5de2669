import { type AST } from '@eslint-community/regexpp';
import { type CharSet, charSet } from './char-set.js';
import { charactersOf, isCharacterNode } from './characters.js';
import { type PatternSyntax } from './syntax.js';

/** A pattern in the syntax of RE2. */
export interface Translation {
  readonly source: string;
  /** an upper bound of the instructions of the program that RE2 compiles it to */
  readonly size: number;
}

/** RE2 rejects larger counts, and nested repetitions whose product is larger. */
const MAX_COUNT = 1000;
/** Compiling a larger program takes too long, and so does running it. */
const MAX_SIZE = 1000;
/** A class counts as one more instruction for each this many ranges. */
const RANGES_PER_INSTRUCTION = 4;

const SURROGATES = [0xd8_00, 0xdf_ff] as const;
/** Where the surrogates of a text are moved to: private code points that a pattern outside of Unicode mode cannot mention. */
const MOVED = 0x10_00_00;

/**
 * Translates a pattern of ECMAScript to one of RE2 that has a match in exactly the same texts.
 *
 * RE2's own classes, `.` and `$` differ from those of ECMAScript, so characters are written as code points. RE2 always reads code points:
 * outside of Unicode mode, each surrogate is replaced as {@link moveSurrogates} replaces it in the text.
 *
 * @returns `undefined` if RE2 cannot express it, or not with a small program: lookarounds, back references, Unicode properties, large counts
 */
export function translatePattern(syntax: PatternSyntax): Translation | undefined {
  return new Translator(syntax.isUnicode).alternatives(syntax.alternatives, MAX_COUNT);
}

/** Replaces each surrogate by a code point of its own, because RE2 would read two of them as one character. */
export function moveSurrogates(text: string): string {
  return text.replace(/[\ud800-\udfff]/g, (unit) => String.fromCodePoint(unit.charCodeAt(0) - SURROGATES[0] + MOVED));
}

class Translator {
  readonly #isUnicode: boolean;

  constructor(isUnicode: boolean) {
    this.#isUnicode = isUnicode;
  }

  /** @param maxCount the largest count of a repetition within those around it */
  alternatives(alternatives: readonly AST.Alternative[], maxCount: number): Translation | undefined {
    const parts = alternatives.map(({ elements }) => this.#sequence(elements, maxCount));
    return combine(parts, '|', 1);
  }

  #sequence(elements: readonly AST.Element[], maxCount: number): Translation | undefined {
    return combine(
      elements.map((element) => this.#element(element, maxCount)),
      '',
      0,
    );
  }

  #element(node: AST.Element, maxCount: number): Translation | undefined {
    if (isCharacterNode(node)) return this.#characters(charactersOf(node, this.#isUnicode));
    switch (node.type) {
      case 'Group':
        return node.modifiers === null ? this.#group(node, maxCount) : undefined;
      case 'CapturingGroup':
        return this.#group(node, maxCount);
      case 'Assertion':
        return assertion(node);
      case 'Quantifier':
        return this.#quantifier(node, maxCount);
      default:
        return undefined;
    }
  }

  #group({ alternatives }: AST.Group | AST.CapturingGroup, maxCount: number): Translation | undefined {
    const inner = this.alternatives(alternatives, maxCount);
    return inner && { source: `(?:${inner.source})`, size: inner.size };
  }

  #quantifier({ min, max, element }: AST.Quantifier, maxCount: number): Translation | undefined {
    if (max === 0) return { source: '', size: 0 };
    const largest = Math.max(min, Number.isFinite(max) ? max : 0, 1);
    if (largest > maxCount) return undefined;
    const inner = this.#element(element, Math.trunc(maxCount / largest));
    if (inner === undefined) return undefined;
    const size = largest * (inner.size + 1) + 1;
    const counts = Number.isFinite(max) ? `{${min},${max}}` : min === 0 ? '*' : `{${min},}`;
    return size > MAX_SIZE ? undefined : { source: `(?:${inner.source})${counts}`, size };
  }

  #characters(set: CharSet | undefined): Translation | undefined {
    if (set === undefined || set.length === 0) return undefined;
    const ranges = this.#isUnicode ? set : withMovedSurrogates(set);
    // RE2 searches for literals in UTF-16, and would find half of a character.
    const isSurrogate = ([first, last]: CharSet[number]) => first >= SURROGATES[0] && last <= SURROGATES[1];
    if (ranges.every(isSurrogate)) return undefined;
    const source = ranges.map(([first, last]) => `${hex(first)}-${hex(last)}`).join('');
    return { source: `[${source}]`, size: Math.ceil(1 + ranges.length / RANGES_PER_INSTRUCTION) };
  }
}

function assertion({ kind, ...node }: AST.Assertion): Translation | undefined {
  switch (kind) {
    case 'start':
      return { source: String.raw`\A`, size: 1 };
    case 'end':
      return { source: String.raw`\z`, size: 1 };
    case 'word':
      return { source: 'negate' in node && node.negate ? String.raw`\B` : String.raw`\b`, size: 1 };
    default:
      return undefined;
  }
}

function combine(
  parts: readonly (Translation | undefined)[],
  separator: string,
  each: number,
): Translation | undefined {
  if (!parts.every((part) => part !== undefined)) return undefined;
  const size = parts.reduce((sum, part) => sum + part.size + each, 0);
  return size > MAX_SIZE ? undefined : { source: parts.map(({ source }) => source).join(separator), size };
}

function hex(codePoint: number): string {
  return String.raw`\x{${codePoint.toString(16)}}`;
}

function withMovedSurrogates(set: CharSet): CharSet {
  const [low, high] = SURROGATES;
  return charSet(
    set.flatMap(([first, last]) => {
      const moved = [Math.max(first, low), Math.min(last, high)] as const;
      return [
        ...(first < low ? [[first, Math.min(last, low - 1)] as const] : []),
        ...(moved[0] <= moved[1] ? [[moved[0] - low + MOVED, moved[1] - low + MOVED] as const] : []),
        ...(last > high ? [[Math.max(first, high + 1), last] as const] : []),
      ];
    }),
  );
}
