import { backtrackingSteps } from './backtracking-cost.js';
import { parsePattern } from './syntax.js';
import { patternMode } from './validity.js';

/** Matches a whole text. @returns the first group, or the text if there is no group; `undefined` if the text does not match */
export type WholeMatch = (text: string) => string | undefined;

/**
 * Compiles a pattern that has to match a whole text.
 *
 * @throws {SyntaxError} the pattern is invalid, or it is not known that a match takes linear time
 */
export function compileWholeMatch(source: string): WholeMatch {
  const whole = `^(?:${source})$`;
  const mode = patternMode(source) === undefined ? undefined : patternMode(whole);
  if (mode === undefined) throw new SyntaxError('is not a valid pattern');
  const syntax = parsePattern(whole, mode === 'u');
  if (syntax === undefined || backtrackingSteps(syntax).steps === undefined) {
    throw new SyntaxError('could take too long to match; avoid nested or adjacent repetitions of the same characters');
  }
  const expression = new RegExp(whole, mode);
  return (text) => {
    const match = expression.exec(text);
    return match && match.length > 1 ? match[1] : match?.[0];
  };
}
