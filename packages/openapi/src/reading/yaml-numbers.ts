import { DUMP_SCHEMA, type ScalarTagDefinition, floatJsonTag, intJsonTag } from 'js-yaml';
import { isExact, isJsonNumber } from '../numbers/decimal.js';
import { ExactNumber } from '../numbers/exact-number.js';

type NumberTag = ScalarTagDefinition<unknown>;

const IS_INTEGER = /^-?\d+$/;

/** The numbers of JSON in YAML. A number that a JavaScript number does not hold exactly keeps its digits. */
export const NUMBER_TAGS = exactTags(intJsonTag, floatJsonTag);

const inDump = (tag: NumberTag) => DUMP_SCHEMA.lookupScalarTag(tag.tagName) ?? tag;

/** The schema to write YAML with exact numbers. */
export const EXACT_DUMP_SCHEMA = DUMP_SCHEMA.withTags(...exactTags(inDump(intJsonTag), inDump(floatJsonTag)));

function exactTags(int: NumberTag, float: NumberTag): NumberTag[] {
  return [
    exactTag(int, (literal) => IS_INTEGER.test(literal)),
    exactTag(float, (literal) => !IS_INTEGER.test(literal)),
  ];
}

function exactTag(tag: NumberTag, isOfTag: (literal: string) => boolean): NumberTag {
  return {
    ...tag,
    resolve: (source, ...how) =>
      isJsonNumber(source) && isOfTag(source) && !isExact(source)
        ? new ExactNumber(source)
        : tag.resolve(source, ...how),
    identify: (value) => (value instanceof ExactNumber ? isOfTag(value.literal) : tag.identify(value)),
    represent: (value, ...how) => (value instanceof ExactNumber ? value.literal : tag.represent(value, ...how)),
  };
}
