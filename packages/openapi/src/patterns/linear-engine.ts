import { RE2JS } from 're2js';

/** The memory in bytes that a program may use for the states of its automaton. RE2 starts again when they are full. */
const MAX_STATE_BYTES = 128 * 1024;

/** The instructions of all programs that are kept; one takes about 200 bytes. Each program counts for its states as well. */
const MAX_KEPT_SIZE = 100_000;
const STATES_SIZE = 600;

const programs = new Map<string, RE2JS>();
let keptSize = 0;

/** Returns whether a text has a match of a pattern in the syntax of RE2, in linear time. */
export function hasMatch(source: string, text: string): boolean {
  return programOf(source).test(text);
}

/**
 * Returns the program of a pattern. Only the programs that were compiled last are kept, because a document may have thousands of patterns whose
 * programs are a hundred times as large as their text.
 */
function programOf(source: string): RE2JS {
  const known = programs.get(source);
  if (known !== undefined) return known;
  const program = RE2JS.compile(source);
  const { dfa } = program.re2();
  dfa.stateBudget = MAX_STATE_BYTES;
  dfa.memBudget = MAX_STATE_BYTES;
  programs.set(source, program);
  keptSize += sizeOf(program);
  for (const [oldest, other] of programs) {
    if (keptSize <= MAX_KEPT_SIZE) break;
    programs.delete(oldest);
    keptSize -= sizeOf(other);
  }
  return program;
}

function sizeOf(program: RE2JS): number {
  return program.programSize() + STATES_SIZE;
}
