import { InvalidArgumentsError, InvalidDocumentError } from '../document/errors.js';
import { backtrackingSteps } from './backtracking-cost.js';
import { hasMatch } from './linear-engine.js';
import { parsePattern } from './syntax.js';
import { moveSurrogates, translatePattern } from './translate.js';
import { type PatternMode, patternMode } from './validity.js';

/** A compiled pattern of a schema. */
export interface Pattern {
  /** Returns whether a text has a match. */
  test(text: string): boolean;
  toString(): string;
  /** an upper bound of the time of a test; `undefined` if there is none */
  readonly cost: PatternCost | undefined;
}

/** Times in nanoseconds. */
export interface PatternCost {
  /** the time to compile the pattern */
  readonly setup: number;
  /** the time of a test, regardless of the text */
  readonly perTest: number;
  readonly perCharacter: number;
}

/** Times of V8's engine, which interprets a pattern before it compiles it to machine code, and of RE2. Measured and rounded up. */
const BACKTRACKING_STEP = 10;
const BACKTRACKING_SETUP = 100_000;
const CLASS_SETUP = 50_000;
const PROPERTY_SETUP = 600_000;
const LINEAR_STEP = 50;
const LINEAR_CHARACTER = 200;
const LINEAR_SETUP = 400_000;
const LINEAR_SETUP_STEP = 5000;
/** The time to look at a character or a part of a pattern. */
const ANALYSIS_STEP = 1000;

const UNKNOWN = { steps: undefined, analyzed: 0 };

const MAX_KEPT = 1000;
const MAX_KEPT_LENGTH = 2000;
const kept = new Map<string, Pattern>();

/**
 * Compiles a pattern in Unicode mode, as JSON Schema requires, or else in the lenient mode that many documents need (`[\w-.]`, `\-`).
 *
 * V8's engine tests texts in linear time for most published patterns, but `^(a+)+$` takes it years for forty characters. A pattern for which it
 * is not known to take linear time runs on RE2, which cannot take longer; unless RE2 does not support the pattern.
 *
 * @throws {SyntaxError} the pattern is invalid in both modes
 */
export function compilePattern(source: string): Pattern {
  const known = kept.get(source);
  if (known !== undefined) return known;
  const pattern = compile(source);
  if (source.length > MAX_KEPT_LENGTH) return pattern;
  const [oldest] = kept.keys();
  if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
  kept.set(source, pattern);
  return pattern;
}

function compile(source: string): Pattern {
  const mode = patternMode(source);
  if (mode === undefined) throw new SyntaxError(`invalid pattern: ${source}`);
  const syntax = parsePattern(source, mode === 'u');
  const { steps, analyzed } = syntax === undefined ? UNKNOWN : backtrackingSteps(syntax);
  const analysis = (source.length + analyzed) * ANALYSIS_STEP;
  if (steps !== undefined) {
    const setup = analysis + BACKTRACKING_SETUP + classesSetup(source);
    const perTest = steps.constant * BACKTRACKING_STEP;
    return new BacktrackingPattern(source, mode, { setup, perTest, perCharacter: steps.linear * BACKTRACKING_STEP });
  }
  const translation = syntax && translatePattern(syntax);
  if (translation === undefined) return new BacktrackingPattern(source, mode, undefined);
  const cost = {
    setup: analysis + LINEAR_SETUP + translation.size * LINEAR_SETUP_STEP,
    perTest: translation.size * LINEAR_STEP,
    perCharacter: LINEAR_CHARACTER + translation.size * LINEAR_STEP,
  };
  return new LinearPattern(source, mode, translation.source, cost);
}

/** Returns the time that V8 takes to compile the classes of a pattern. */
function classesSetup(source: string): number {
  const classes = source.match(/[.[]|\\[dswDSW]/g)?.length ?? 0;
  const properties = source.match(/\\[pP]/g)?.length ?? 0;
  return classes * CLASS_SETUP + properties * PROPERTY_SETUP;
}

class BacktrackingPattern implements Pattern {
  #expression: RegExp | undefined;

  constructor(
    private readonly source: string,
    private readonly mode: PatternMode,
    readonly cost: PatternCost | undefined,
  ) {}

  /**
   * @throws {InvalidArgumentsError} the engine runs out of memory
   * @throws {InvalidDocumentError} the pattern is too large for the engine
   */
  test(text: string): boolean {
    this.#expression ??= new RegExp(this.source, this.mode);
    try {
      return this.#expression.test(text);
    } catch (error) {
      const name = `the pattern ${this.source.slice(0, 100)}`;
      if (error instanceof SyntaxError) {
        throw new InvalidDocumentError([{ code: 'uncompilable_schema', message: `${name} is too large`, pointer: '' }]);
      }
      const message = `a text of ${text.length} characters is too long for ${name}`;
      throw new InvalidArgumentsError([{ pointer: '', message }]);
    }
  }

  toString(): string {
    return `/${this.source}/${this.mode}`;
  }
}

class LinearPattern implements Pattern {
  constructor(
    private readonly source: string,
    private readonly mode: PatternMode,
    private readonly translated: string,
    readonly cost: PatternCost,
  ) {}

  test(text: string): boolean {
    return hasMatch(this.translated, this.mode === 'u' ? text : moveSurrogates(text));
  }

  toString(): string {
    return `/${this.source}/${this.mode}`;
  }
}
