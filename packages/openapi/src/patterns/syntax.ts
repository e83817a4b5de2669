import { type AST, RegExpParser } from '@eslint-community/regexpp';

/** The syntax tree of a pattern. */
export interface PatternSyntax {
  readonly alternatives: readonly AST.Alternative[];
  /** characters are code points; otherwise they are UTF-16 code units */
  readonly isUnicode: boolean;
}

/** Longer patterns are not analyzed. Real ones that are longer list thousands of values. */
const MAX_LENGTH = 2000;
/** The parser and all that reads its trees are recursive. */
const MAX_GROUPS = 200;

const parser = new RegExpParser({ ecmaVersion: 2025 });

/**
 * Parses a valid pattern.
 *
 * @returns `undefined` if it is too large to be analyzed
 */
export function parsePattern(source: string, isUnicode: boolean): PatternSyntax | undefined {
  if (source.length > MAX_LENGTH || source.split('(').length > MAX_GROUPS) return undefined;
  try {
    const { alternatives } = parser.parsePattern(source, 0, source.length, { unicode: isUnicode });
    return { alternatives, isUnicode };
  } catch {
    return undefined; // syntax that is newer than the parser
  }
}

/** Returns the smallest number of characters that a part of a pattern matches. */
export function minLength(node: AST.Element): number {
  switch (node.type) {
    case 'Character':
    case 'CharacterSet':
    case 'CharacterClass':
      return 1;
    case 'Group':
    case 'CapturingGroup':
      return Math.min(
        ...node.alternatives.map(({ elements }) => elements.reduce((sum, each) => sum + minLength(each), 0)),
      );
    case 'Quantifier':
      return node.min === 0 ? 0 : node.min * minLength(node.element);
    default:
      return 0;
  }
}
