import { type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats, { type FormatName } from 'ajv-formats';
import { type CheckedArguments, coerce } from './coerce.js';
import { DEPENDENT_REQUIRED } from './dependent-required.js';
import { compareAsJson } from './equality.js';
import { explainErrors } from './explain-errors.js';
import { type ArgumentFinding, InvalidArgumentsError } from '../document/errors.js';
import { type JsonObject } from '../document/json.js';
import { withLinearErrors } from '../document/linear-errors.js';
import { DEFINITION } from '../schema/argument-schemas.js';
import { definitionOrder } from '../schema/definition-order.js';
import { compilePattern } from '../patterns/pattern.js';

/** Formats with a universal meaning. Others are hints: a server may accept values that they reject. */
export const CHECKED_FORMATS: FormatName[] = ['date', 'date-time', 'email', 'int32', 'int64', 'ipv4', 'ipv6', 'uuid'];

/** The length of a list under `required` from which on it is checked by a loop. */
export const MAX_UNROLLED_REQUIRED = 20;

/** Checks arguments, and coerces values of an obviously wrong type. @throws {InvalidArgumentsError} they do not match the schema */
export type ArgumentsCheck = (args: JsonObject) => CheckedArguments;

/**
 * Compiles a check of arguments against their schema, which takes some milliseconds.
 *
 * @param schema as {@link argumentsSchema} makes it
 */
export function compileArgumentsCheck(schema: JsonObject): ArgumentsCheck {
  const validate = compile(schema);
  return (args) => {
    if (validate(args)) return { args, notices: [] };
    const errors = validate.errors ?? [];
    const coercion = coerce(args, errors);
    const isValid = coercion !== undefined && validate(coercion.args);
    // Do not keep the errors in memory until the next call.
    validate.errors = null;
    if (isValid) return coercion;
    const [first, ...others] = explainErrors(errors);
    throw new InvalidArgumentsError([first ?? FALLBACK_FINDING, ...others]);
  };
}

const FALLBACK_FINDING: ArgumentFinding = {
  pointer: '',
  message: 'the arguments do not match the schema of the operation',
};

const UNEVALUATED = /"unevaluated(?:Items|Properties)":/;

function compile(schema: JsonObject): ValidateFunction {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: false,
    // An argument named "constructor" must not be found on the prototype.
    ownProperties: true,
    meta: false,
    validateSchema: false,
    addUsedSchema: false,
    logger: false,
    // Otherwise Ajv compiles a shared schema again at each reference: quadratic.
    inlineRefs: false,
    // A longer list is checked by a loop instead of code for each name.
    loopRequired: MAX_UNROLLED_REQUIRED,
    code: {
      // Halves the time to compile a deep schema; checks take the same time.
      optimize: false,
      process: withLinearErrors,
      regExp: Object.assign(compilePattern, { code: 'compilePattern' }),
    },
  });
  // Otherwise each schema lists the properties of all that it is composed of: quadratic for a chain of `allOf`.
  ajv.opts.unevaluated = UNEVALUATED.test(JSON.stringify(schema));
  formats.default(ajv, CHECKED_FORMATS);
  compareAsJson(ajv);
  ajv.removeKeyword(DEPENDENT_REQUIRED.keyword as string);
  ajv.addKeyword(DEPENDENT_REQUIRED);
  const { $defs, ...root } = schema;
  for (const [name, definition] of Object.entries($defs ?? {})) ajv.addSchema(definition, DEFINITION + name);
  // Ajv follows references to what is not compiled yet by recursion; a long chain would exhaust the stack.
  for (const name of definitionOrder(schema)) ajv.getSchema(DEFINITION + name);
  return ajv.compile(root);
}
