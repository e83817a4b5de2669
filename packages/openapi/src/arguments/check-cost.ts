import { type JsonObject, type JsonValue, isContainer } from '../document/json.js';
import { ExactNumber } from '../numbers/exact-number.js';
import { MAX_SETUP, schemaCost } from './schema-cost.js';

/** Larger schemas take too long to be compiled. */
const MAX_SCHEMA_CHARACTERS = 24_000;
/** The time of a check in nanoseconds. */
const MAX_CHECK = 15_000_000;

/** Time to copy a value and a character, whatever the schema is. */
const COPY_VALUE = 500;
const COPY_CHARACTER = 20;

/** Each error contains the path of its value; this many characters take as long as a value. */
const PATH_CHARACTERS = 64;
/** More levels of arguments may exhaust the stack. */
const MAX_LEVELS = 200;

/** Returns whether a check of arguments is fast, whatever the engine does. */
export type FastCheckTest = (args: JsonObject) => boolean;

/**
 * Compiles a test of whether a check of arguments against a schema takes at most some milliseconds, including the compilation of the schema.
 *
 * The bound is the product of the arguments' size and the schema's size with its references expanded, so that no schema can be multiplied by
 * references to references, and no part of the arguments by alternatives.
 *
 * @param schema returns the schema; it is not called if it has too many characters
 */
export function compileFastCheckTest(schema: () => JsonObject, schemaCharacters: number): FastCheckTest {
  if (schemaCharacters > MAX_SCHEMA_CHARACTERS) return () => false;
  const { setup, perValue, perCharacter } = schemaCost(schema());
  const ofValue = perValue + COPY_VALUE;
  const ofCharacter = perCharacter + COPY_CHARACTER;
  const maxValues = MAX_CHECK / ofValue;
  if (setup > MAX_SETUP || maxValues < 1 || !Number.isFinite(ofCharacter)) return () => false;
  return (args) => {
    const size = new ArgumentsSize(maxValues);
    size.add(args, 0, 0);
    return size.values * ofValue + size.characters * ofCharacter <= MAX_CHECK;
  };
}

/** The size of arguments. It stops counting when they are too large. */
class ArgumentsSize {
  values = 0;
  characters = 0;

  constructor(private readonly maxValues: number) {}

  /** @param path the number of characters of the path to the value */
  add(value: JsonValue, path: number, level: number): void {
    this.values += 1 + path / PATH_CHARACTERS;
    if (typeof value === 'string') this.#addText(value, path);
    if (value instanceof ExactNumber) this.characters += value.literal.length;
    if (!isContainer(value)) return;
    if (level > MAX_LEVELS) this.values = Number.POSITIVE_INFINITY;
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length && this.values <= this.maxValues; index += 1) {
        this.add(value[index] ?? null, path + 4, level + 1);
      }
      return;
    }
    for (const key in value) {
      if (this.values > this.maxValues) return;
      this.characters += key.length;
      this.add(value[key] ?? null, path + key.length, level + 1);
    }
  }

  #addText(text: string, path: number): void {
    this.characters += text.length;
    // The text may be converted to the JSON value that it contains.
    if (/^\s*[[{]/.test(text)) this.values += (text.length / 2) * (1 + (path + text.length) / PATH_CHARACTERS);
  }
}
