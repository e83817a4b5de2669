import { type JsonObject, type JsonValue, isObject } from '../document/json.js';
import { schemaKeyword } from '../document/schema-keywords.js';
import { compilePattern } from '../patterns/pattern.js';
import { DEFINITION } from '../schema/argument-schemas.js';
import { definitionOrder } from '../schema/definition-order.js';
import { CHECKED_FORMATS } from '../formats/formats.js';
import { MAX_UNROLLED_REQUIRED } from './check-arguments.js';

/** An upper bound of the time of a check, in nanoseconds. */
export interface SchemaCost {
  /** the time to compile the schema and its patterns */
  readonly setup: number;
  /** the time for each value of the arguments, if every schema applied to it */
  readonly perValue: number;
  /** the time for each character of a text or a name */
  readonly perCharacter: number;
}

type Cost = Omit<SchemaCost, 'setup'>;

/** Keywords that are not checked. */
const IGNORED = new Set([
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'contentEncoding',
  'contentMediaType',
  '$defs',
]);

/** Time to compile a keyword with Ajv, and to write each character of the path to it. Within this many levels, a keyword takes twice the time. */
const KEYWORD_SETUP = 60_000;
const PATH_CHARACTER_SETUP = 10;
const LEVELS_PER_SETUP = 16;

/** Time to check one keyword that fails, to convert a value because of it, and to check it again. */
const KEYWORD = 400;
/** The cost of comparing a value with others, in keywords. It is serialized with its members in order. */
const COMPARISON = 5;
/** The number of values of an `enum` that cost as much as a keyword. A few steps of a check read them one by one. */
const ENUM_VALUES = 20;

/** Time to read a character: to count it, to compare it, and to test a format. */
const COUNT_CHARACTER = 10;
const COMPARE_CHARACTER = 20;
const FORMAT_CHARACTER = 100;

/** A check runs twice if a value is converted, and `additionalProperties` tests patterns of names again. */
const PATTERN_TESTS = 2;
const NAME_PATTERN_TESTS = 4;

/** Deeper schemas are never fast. */
const MAX_DEPTH = 300;
/** The longest setup that is fast. A longer one is not computed to its end, because that takes time as well. */
export const MAX_SETUP = 20_000_000;

const NONE: Cost = { perValue: 0, perCharacter: 0 };
const UNBOUNDED: Cost = { perValue: Number.POSITIVE_INFINITY, perCharacter: Number.POSITIVE_INFINITY };

/** Computes the cost of a schema of arguments. It is infinite if the schema is recursive, or has a pattern without a linear bound. */
export function schemaCost(schema: JsonObject): SchemaCost {
  return new CostMeter(schema).measure();
}

class CostMeter {
  readonly #root: JsonObject;
  readonly #definitions: JsonObject;
  readonly #known = new Map<string, Cost>();
  #setup = 0;

  constructor(root: JsonObject) {
    this.#root = root;
    this.#definitions = isObject(root['$defs']) ? root['$defs'] : {};
  }

  measure(): SchemaCost {
    for (const name of definitionOrder(this.#root)) this.#reference(DEFINITION + name, 0);
    const cost = this.#schema(this.#root, 0, 0);
    return { ...cost, setup: this.#setup };
  }

  #schema(schema: JsonValue, depth: number, path: number): Cost {
    if (!isObject(schema)) return keywords(1);
    if (depth > MAX_DEPTH || this.#setup > MAX_SETUP) return UNBOUNDED;
    const entries = Object.entries(schema).filter(([name]) => !IGNORED.has(name));
    this.#setup += entries.length * (KEYWORD_SETUP * (1 + depth / LEVELS_PER_SETUP) + path * PATH_CHARACTER_SETUP);
    return sum(keywords(1), ...entries.map(([name, value]) => this.#keyword(name, value, depth, path + name.length)));
  }

  #keyword(name: string, value: JsonValue, depth: number, path: number): Cost {
    if (name === '$ref') return this.#reference(String(value), depth);
    const keyword = schemaKeyword(name);
    if (keyword === undefined) return this.#plain(name, value);
    if (!keyword.isApplicator) return NONE;
    // The names of evaluated properties are merged for every alternative.
    if (name === 'unevaluatedProperties' || name === 'unevaluatedItems') return UNBOUNDED;
    if (keyword.shape === 'one' || !(Array.isArray(value) || isObject(value)))
      return this.#schema(value, depth + 1, path);
    const parts = Object.entries(value).map(([key, part]) => {
      const pattern = keyword.patternKeys ? this.#pattern(key, NAME_PATTERN_TESTS) : NONE;
      return sum(keywords(1), pattern, this.#schema(part, depth + 1, path + key.length));
    });
    return sum(keywords(1), ...parts);
  }

  #plain(name: string, value: JsonValue): Cost {
    switch (name) {
      case 'enum':
        return compared((value as JsonValue[]).length / ENUM_VALUES);
      case 'const':
      case 'uniqueItems':
        return compared(0);
      case 'required':
        return this.#required(value as JsonValue[]);
      case 'dependentRequired':
        return sum(...Object.values(value as JsonObject).map((list) => this.#required(list as JsonValue[])));
      case 'minLength':
      case 'maxLength':
        return { perValue: KEYWORD, perCharacter: COUNT_CHARACTER };
      case 'pattern':
        return sum(keywords(1), this.#pattern(String(value), PATTERN_TESTS));
      case 'format':
        return CHECKED_FORMATS.has(String(value)) ? { perValue: KEYWORD, perCharacter: FORMAT_CHARACTER } : NONE;
      default:
        return keywords(1);
    }
  }

  #required(names: readonly JsonValue[]): Cost {
    this.#setup += (1 + Math.min(names.length, MAX_UNROLLED_REQUIRED)) * KEYWORD_SETUP;
    return keywords(1 + names.length);
  }

  #pattern(source: string, tests: number): Cost {
    const { cost } = compilePattern(source);
    if (cost === undefined) return UNBOUNDED;
    this.#setup += cost.setup;
    return { perValue: tests * cost.perTest, perCharacter: tests * cost.perCharacter };
  }

  #reference(reference: string, depth: number): Cost {
    const known = this.#known.get(reference);
    if (known !== undefined) return known;
    // Meeting the reference again before its cost is known means a loop.
    this.#known.set(reference, UNBOUNDED);
    const name = reference.slice(DEFINITION.length);
    const cost = this.#schema(this.#definitions[name] ?? true, depth + 1, name.length);
    this.#known.set(reference, cost);
    return cost;
  }
}

function keywords(count: number): Cost {
  return { perValue: count * KEYWORD, perCharacter: 0 };
}

function compared(more: number): Cost {
  return { perValue: (COMPARISON + more) * KEYWORD, perCharacter: COMPARE_CHARACTER };
}

function sum(...costs: readonly Cost[]): Cost {
  let [perValue, perCharacter] = [0, 0];
  for (const cost of costs) {
    perValue += cost.perValue;
    perCharacter += cost.perCharacter;
  }
  return { perValue, perCharacter };
}
