import { type AST } from '@eslint-community/regexpp';
import { type CharSet, EMPTY_SET, intersects, union } from './char-set.js';
import { type CharacterNode, allCharacters, charactersOf, isCharacterNode } from './characters.js';
import { type PatternSyntax, minLength } from './syntax.js';

/** An upper bound of the steps of a match: `constant + linear × length of the text`. */
export interface Steps {
  readonly constant: number;
  readonly linear: number;
}

/** Bounds of matching the rest of a pattern from one place in the text, whatever the text is. */
interface Rest extends Steps {
  /** the characters that it can begin with */
  readonly first: CharSet;
  /** the steps after which it fails if the next character is none of these; it may also match nothing and succeed */
  readonly failure: number;
  /** how often the end of the body of a repetition is reached and followed by one of the characters that are expected there */
  readonly visits: number;
}

const END: Rest = { first: EMPTY_SET, constant: 0, linear: 0, failure: 0, visits: 0 };
/** Distinct from {@link END} because a lookahead that succeeds is not the end of the match. */
const END_OF_LOOKAHEAD: Rest = { ...END };

const UNBOUNDED: Rest = {
  first: allCharacters(true),
  constant: Number.POSITIVE_INFINITY,
  linear: Number.POSITIVE_INFINITY,
  failure: Number.POSITIVE_INFINITY,
  visits: Number.POSITIVE_INFINITY,
};

/** Larger bounds are of no use. */
const MAX_CONSTANT = 10_000;
const MAX_LINEAR = 200;
/** Repetitions up to this many times are bounded by a constant, or analyzed one by one. */
const MAX_COUNTED = 20;
/** The number of parts that are analyzed at most, because those in nested repetitions are analyzed several times. */
const MAX_ANALYZED = 4000;

/**
 * Computes a bound of the steps that a backtracking engine takes to find out whether a text has a match.
 *
 * @returns `steps` is `undefined` if no linear bound is known; `analyzed` is the number of parts that were looked at
 */
export function backtrackingSteps(syntax: PatternSyntax): { steps: Steps | undefined; analyzed: number } {
  const analysis = new Analysis(syntax.isUnicode);
  const bounds = syntax.alternatives.map((alternative): Steps => {
    const { constant, linear } = analysis.sequence(alternative.elements, END);
    if (isAnchored(alternative)) return { constant, linear: linear + 1 };
    // The engine tries an alternative that is not anchored at every character.
    return linear === 0 ? { constant, linear: constant + 1 } : UNBOUNDED;
  });
  const constant = sum(bounds.map((bound) => bound.constant));
  const linear = sum(bounds.map((bound) => bound.linear));
  const isBounded = constant <= MAX_CONSTANT && linear <= MAX_LINEAR;
  return { steps: isBounded ? { constant, linear } : undefined, analyzed: analysis.analyzed };
}

/** Returns whether an alternative matches only at the beginning of the text, and fails at once elsewhere. */
function isAnchored({ elements: [first] }: AST.Alternative): boolean {
  if (first === undefined) return false;
  if (first.type === 'Assertion') return first.kind === 'start';
  return (first.type === 'Group' || first.type === 'CapturingGroup') && first.alternatives.every(isAnchored);
}

/**
 * Reads a pattern from its end to its beginning. The bounds of a part depend on the rest after it: it is tried again for each way in which the
 * part can match, except for those after which the next character shows that the rest cannot match.
 */
class Analysis {
  readonly #isUnicode: boolean;
  readonly #sets = new Map<AST.Element, CharSet>();
  readonly #minLengths = new Map<AST.Element, number>();
  readonly #beginnings = new Map<AST.Element, Pick<Rest, 'first' | 'failure'>>();
  /** the number of parts that were looked at, and of ranges of characters that were compared */
  analyzed = 0;
  /** the number of repetitions around the part that is analyzed */
  #repetitions = 0;

  constructor(isUnicode: boolean) {
    this.#isUnicode = isUnicode;
  }

  sequence(elements: readonly AST.Element[], rest: Rest): Rest {
    return elements.reduceRight<Rest>((after, element) => this.#element(element, after), rest);
  }

  #element(node: AST.Element, rest: Rest): Rest {
    this.analyzed += 1;
    if (this.analyzed > MAX_ANALYZED) return UNBOUNDED;
    if (isCharacterNode(node)) return { ...rest, first: this.#set(node), constant: rest.constant + 1, failure: 1 };
    switch (node.type) {
      case 'Group':
        return node.modifiers === null ? this.#alternatives(node.alternatives, rest) : UNBOUNDED;
      case 'CapturingGroup':
        return this.#alternatives(node.alternatives, rest);
      case 'Assertion':
        return this.#assertion(node, rest);
      case 'Quantifier':
        return this.#quantifier(node, rest);
      default:
        return UNBOUNDED;
    }
  }

  /** Returns the characters that a part matches; all if they are not known. */
  #set(node: CharacterNode): CharSet {
    const set = this.#sets.get(node) ?? charactersOf(node, this.#isUnicode) ?? allCharacters(this.#isUnicode);
    this.#sets.set(node, set);
    this.analyzed += set.length / 8;
    return set;
  }

  #alternatives(alternatives: readonly AST.Alternative[], rest: Rest): Rest {
    return either(alternatives.map(({ elements }) => this.sequence(elements, rest)));
  }

  #assertion(node: AST.Assertion, rest: Rest): Rest {
    if (node.kind === 'lookbehind') return UNBOUNDED;
    if (node.kind !== 'lookahead') {
      const first = node.kind === 'end' ? EMPTY_SET : rest.first;
      return { ...rest, first, constant: rest.constant + 1, failure: rest.failure + 1 };
    }
    const ahead = this.#alternatives(node.alternatives, END_OF_LOOKAHEAD);
    // A repeated lookahead may read the whole text each time.
    if (ahead.linear > 0 && this.#repetitions > 0) return UNBOUNDED;
    return {
      ...rest,
      constant: rest.constant + ahead.constant + 1,
      linear: rest.linear + ahead.linear,
      failure: ahead.linear > 0 ? Number.POSITIVE_INFINITY : rest.failure + ahead.constant + 1,
    };
  }

  #quantifier(node: AST.Quantifier, rest: Rest): Rest {
    const { min, max, element } = node;
    if (max === 0) return rest;
    // What can be repeated at the end of the pattern does not decide whether there is a match.
    if (rest === END && max > min && isCharacterNode(element)) {
      return min === 0 ? rest : this.#quantifier({ ...node, max: min }, rest);
    }
    this.#repetitions += 1;
    const known = this.#deterministicLoop(node, rest);
    this.#repetitions -= 1;
    if (known !== undefined) return known;
    if (isCharacterNode(element)) return this.#ambiguousRun(node, rest);
    return max <= MAX_COUNTED ? this.#unrolled(node, rest) : UNBOUNDED;
  }

  /**
   * Bounds a repetition for which the next character always decides whether and how it goes on. Each character is read once then, and each of
   * the engine's later attempts to leave the repetition earlier fails at the next character.
   */
  #deterministicLoop({ min, max, element }: AST.Quantifier, rest: Rest): Rest | undefined {
    if (this.#minLength(element) === 0) return undefined;
    const { first, failure } = this.#beginning(element);
    if (min !== max && intersects(first, rest.first)) return undefined;
    const next = {
      first: union(first, rest.first),
      constant: 0,
      linear: 0,
      failure: failure + rest.failure,
      visits: 1,
    };
    const once = this.#element(element, next);
    if (once.visits > 1) return undefined;
    const each = once.constant + rest.failure + 1;
    const isShort = once.linear === 0 && max <= MAX_COUNTED;
    return {
      first: min === 0 ? next.first : first,
      constant: rest.constant + (isShort ? max * each : each),
      linear: rest.linear + (isShort ? 0 : once.linear + each),
      failure: once.failure + (min === 0 ? rest.failure : 0),
      visits: rest.visits,
    };
  }

  #minLength(element: AST.Element): number {
    const length = this.#minLengths.get(element) ?? minLength(element);
    this.#minLengths.set(element, length);
    return length;
  }

  /** Bounds the beginning of a part that does not match nothing, so the rest has no influence. */
  #beginning(element: AST.Element): Pick<Rest, 'first' | 'failure'> {
    const { first, failure } = this.#beginnings.get(element) ?? this.#element(element, END_OF_LOOKAHEAD);
    this.#beginnings.set(element, { first, failure });
    return { first, failure };
  }

  /** Bounds the repetition of a character that the rest may begin with, too: the rest is tried after each character. */
  #ambiguousRun({ min, max, element }: AST.Quantifier, rest: Rest): Rest {
    const { first } = this.#element(element, rest);
    const common = {
      first: min === 0 ? union(first, rest.first) : first,
      failure: min === 0 ? 1 + rest.failure : 1,
    };
    const ways = max - min + 1;
    if (max <= MAX_COUNTED) {
      const { constant, linear, visits } = rest;
      return { ...common, constant: max + ways * (constant + 1), linear: ways * linear, visits: ways * visits };
    }
    if (rest.linear > 0) return UNBOUNDED;
    return { ...common, constant: rest.constant, linear: rest.constant + 2, visits: Number.POSITIVE_INFINITY };
  }

  #unrolled({ min, max, element }: AST.Quantifier, rest: Rest): Rest {
    let result = rest;
    for (let count = max - 1; count >= 0; count -= 1) {
      const again = this.#element(element, result);
      result = count < min ? again : either([again, rest]);
    }
    return result;
  }
}

/** Bounds alternatives: the next character decides between them, or all are tried. */
function either(alternatives: readonly Rest[]): Rest {
  const [only] = alternatives;
  if (only !== undefined && alternatives.length === 1) return only;
  const first = union(...alternatives.map((each) => each.first));
  const failure = sum(alternatives.map((each) => each.failure + 1));
  const combine = areDisjoint(alternatives.map((each) => each.first)) ? max : sum;
  return {
    first,
    constant: combine(alternatives.map((each) => each.constant)) + failure,
    linear: combine(alternatives.map((each) => each.linear)),
    failure,
    visits: combine(alternatives.map((each) => each.visits)),
  };
}

/** Sets without common characters have as many in total as their union. */
function areDisjoint(sets: readonly CharSet[]): boolean {
  return sum(sets.map(countOf)) === countOf(union(...sets));
}

function countOf(set: CharSet): number {
  return sum(set.map(([first, last]) => last - first + 1));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function max(numbers: readonly number[]): number {
  return Math.max(0, ...numbers);
}
