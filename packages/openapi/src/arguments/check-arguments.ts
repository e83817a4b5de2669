import { Ajv2020 } from 'ajv/dist/2020.js';
import formats, { type FormatName } from 'ajv-formats';
import { type Coercion, coerce } from './coerce.js';
import { compareAsJson } from './equality.js';
import { explainErrors } from './explain-errors.js';
import { type ArgumentFinding, InvalidArgumentsError } from '../document/errors.js';
import { type JsonObject } from '../document/json.js';
import { patternOf } from '../schema/keywords.js';

/** Formats that have one meaning everywhere; others are hints, and what they reject an upstream may well accept. */
const CHECKED_FORMATS: FormatName[] = ['date', 'date-time', 'email', 'int32', 'int64', 'ipv4', 'ipv6', 'uuid'];

/** Checks arguments, and reads those that can only be meant in another way. @throws {InvalidArgumentsError} they do not fit */
export type ArgumentsCheck = (args: JsonObject) => Coercion;

/**
 * A check of arguments against their schema. Compiling it takes some milliseconds.
 *
 * @param schema as {@link argumentsSchema} makes it
 */
export function argumentsCheck(schema: JsonObject): ArgumentsCheck {
  const validate = compile(schema);
  return (args) => {
    if (validate(args)) return { args, notices: [] };
    const errors = validate.errors ?? [];
    const coercion = coerce(args, errors);
    const isValid = coercion !== undefined && validate(coercion.args);
    // What was wrong with one call should not stay in memory until the next.
    validate.errors = null;
    if (isValid) return coercion;
    const [first, ...others] = explainErrors(errors);
    throw new InvalidArgumentsError([first ?? UNEXPLAINED, ...others]);
  };
}

const UNEXPLAINED: ArgumentFinding = { pointer: '', message: 'the arguments do not fit the operation' };

function compile(schema: JsonObject) {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: false,
    // An argument named "constructor" is only there when it was given.
    ownProperties: true,
    meta: false,
    validateSchema: false,
    addUsedSchema: false,
    logger: false,
    code: { regExp: Object.assign(patternOf, { code: 'patternOf' }) },
  });
  formats.default(ajv, CHECKED_FORMATS);
  compareAsJson(ajv);
  return ajv.compile(schema);
}
