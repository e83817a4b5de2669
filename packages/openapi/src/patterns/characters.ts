import { type AST } from '@eslint-community/regexpp';
import { type CharSet, charSet, complement } from './char-set.js';

/** A part of a pattern that matches exactly one character. */
export type CharacterNode = AST.Character | AST.CharacterSet | AST.CharacterClass;

export function isCharacterNode(node: AST.Element): node is CharacterNode {
  return node.type === 'Character' || node.type === 'CharacterSet' || node.type === 'CharacterClass';
}

const MAX_CODE_POINT = 0x10_ff_ff;
const MAX_CODE_UNIT = 0xff_ff;

/** The characters that `\d`, `\s` and `\w` match without the flag `i` (ECMA-262, section 22.2.2.9), and those that `.` does not match. */
const DIGITS: CharSet = [[0x30, 0x39]];
const WORDS: CharSet = charSet([...DIGITS, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]]);
const LINE_ENDS: CharSet = charSet([
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x20_28, 0x20_29],
]);
const SPACES: CharSet = charSet([
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x16_80, 0x16_80],
  [0x20_00, 0x20_0a],
  [0x20_28, 0x20_29],
  [0x20_2f, 0x20_2f],
  [0x20_5f, 0x20_5f],
  [0x30_00, 0x30_00],
  [0xfe_ff, 0xfe_ff],
]);

/** Returns all characters of a mode. */
export function allCharacters(isUnicode: boolean): CharSet {
  return [[0, isUnicode ? MAX_CODE_POINT : MAX_CODE_UNIT]];
}

/**
 * Returns the characters that a part of a pattern matches.
 *
 * @returns `undefined` for a class with a Unicode property, whose characters depend on the version of Unicode
 */
export function charactersOf(
  node: CharacterNode | AST.ClassRangesCharacterClassElement,
  isUnicode: boolean,
): CharSet | undefined {
  const max = isUnicode ? MAX_CODE_POINT : MAX_CODE_UNIT;
  switch (node.type) {
    case 'Character':
      return [[node.value, node.value]];
    case 'CharacterClassRange':
      return [[node.min.value, node.max.value]];
    case 'CharacterSet':
      return setOf(node, max);
    case 'CharacterClass': {
      if (node.unicodeSets) return undefined;
      const sets = node.elements.map((element) => charactersOf(element, isUnicode));
      if (!sets.every((set) => set !== undefined)) return undefined;
      const all = charSet(sets.flat());
      return node.negate ? complement(all, max) : all;
    }
  }
}

function setOf(node: AST.CharacterSet, max: number): CharSet | undefined {
  switch (node.kind) {
    case 'any':
      return complement(LINE_ENDS, max);
    case 'property':
      return undefined;
    default: {
      const set = { digit: DIGITS, space: SPACES, word: WORDS }[node.kind];
      return node.negate ? complement(set, max) : set;
    }
  }
}
