import { type ErrorObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type CheckedArguments, coerce } from './coerce.js';
import { compareAsDecimals } from './comparisons.js';
import { DEPENDENT_REQUIRED } from './dependent-required.js';
import { compareAsJson } from './equality.js';
import { ExactArguments } from './exact-arguments.js';
import { explainErrors } from './explain-errors.js';
import { dateTimeNotices } from './date-time-notices.js';
import { replaceUnions } from './unions.js';
import { type ArgumentFinding, InvalidArgumentsError, argumentName } from '../document/errors.js';
import { type JsonObject } from '../document/json.js';
import { withLinearErrors } from '../document/linear-errors.js';
import { Formats } from '../formats/formats.js';
import { DEFINITION } from '../schema/argument-schemas.js';
import { definitionOrder } from '../schema/definition-order.js';
import { compilePattern } from '../patterns/pattern.js';
import { trackEvaluated } from './unevaluated.js';

/** The length of a list under `required` from which on it is checked by a loop. */
export const MAX_UNROLLED_REQUIRED = 20;

/**
 * Checks arguments, coerces values of an obviously wrong type, and accepts local date-times with a notice.
 *
 * @param isPlain whether the arguments are known to contain no exact numbers
 * @throws {InvalidArgumentsError} they do not match the schema
 */
export type ArgumentsCheck = (args: JsonObject, isPlain?: boolean) => CheckedArguments;

/**
 * Compiles a check of arguments against their schema, which takes some milliseconds.
 *
 * @param schema as {@link argumentsSchema} makes it
 */
export function compileArgumentsCheck(schema: JsonObject): ArgumentsCheck {
  const { errorsOf, formats, overlaps } = compile(schema);
  const retry = (args: JsonObject, errors: readonly ErrorObject[]): CheckedArguments | undefined => {
    const coercion = coerce(args, errors);
    const left = coercion === undefined ? errors : errorsOf(coercion.args);
    if (left === undefined) return coercion;
    const { args: latest, notices } = coercion ?? { args, notices: [] };
    const deviations = dateTimeNotices(left);
    if (deviations.length === 0) return undefined;
    formats.acceptsDeviations = true;
    return errorsOf(latest) === undefined ? { args: latest, notices: [...notices, ...deviations] } : undefined;
  };
  const withOverlaps = (checked: CheckedArguments): CheckedArguments => {
    return overlaps.length === 0 ? checked : { ...checked, notices: [...checked.notices, ...overlapNotices(overlaps)] };
  };
  return (args, isPlain) => {
    // Not after a check, which may end by its time limit.
    formats.acceptsDeviations = false;
    const errors = errorsOf(args, isPlain);
    if (errors === undefined) return withOverlaps({ args, notices: [] });
    const checked = retry(args, errors);
    if (checked !== undefined) return withOverlaps(checked);
    const [first, ...others] = explainErrors(errors);
    throw new InvalidArgumentsError([first ?? FALLBACK_FINDING, ...others]);
  };
}

/** Checks arguments at `pointers` without the others. @returns the findings at or below the pointers */
export type PartialCheck = (args: JsonObject, pointers: readonly string[]) => ArgumentFinding[];

/** Compiles a check of some arguments without the others. What depends on the others has no findings, such as alternatives of an object. */
export function compilePartialCheck(schema: JsonObject): PartialCheck {
  const { errorsOf, formats } = compile(schema);
  formats.acceptsDeviations = true;
  return (args, pointers) => {
    const errors = errorsOf(args);
    if (errors === undefined) return [];
    const isRelevant = (found: string) => pointers.some((pointer) => `${found}/`.startsWith(`${pointer}/`));
    return explainErrors(errors, isRelevant);
  };
}

const FALLBACK_FINDING: ArgumentFinding = {
  pointer: '',
  message: 'the arguments do not match the schema of the operation',
};

/** More notices would hide the others. */
const MAX_OVERLAPS = 20;

function overlapNotices(pointers: readonly string[]): ArgumentFinding[] {
  if (pointers.length === 0) return [];
  return [...new Set(pointers)].slice(0, MAX_OVERLAPS).map((pointer) => {
    const message = `${argumentName(pointer)} fits several alternatives of the operation and is sent as it is`;
    return { pointer, message };
  });
}

const UNEVALUATED = /"unevaluated(?:Items|Properties)":/;

interface Validator {
  /** Returns why arguments do not match the schema, `undefined` if they do. */
  readonly errorsOf: (args: JsonObject, isPlain?: boolean) => readonly ErrorObject[] | undefined;
  readonly formats: Formats;
  /** the paths of values that matched several branches of a `oneOf` in the last check */
  readonly overlaps: readonly string[];
}

function compile(schema: JsonObject): Validator {
  const text = JSON.stringify(schema);
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
  ajv.opts.unevaluated = UNEVALUATED.test(text);
  const formats = new Formats();
  formats.addTo(ajv);
  if (ajv.opts.unevaluated) trackEvaluated(ajv);
  const overlaps = replaceUnions(ajv, schema, /"oneOf":/.test(text));
  const exact = new ExactArguments();
  compareAsJson(ajv, exact);
  compareAsDecimals(ajv, exact);
  ajv.removeKeyword(DEPENDENT_REQUIRED.keyword as string);
  ajv.addKeyword(DEPENDENT_REQUIRED);
  const { $defs, ...root } = schema;
  for (const [name, definition] of Object.entries($defs ?? {})) ajv.addSchema(definition, DEFINITION + name);
  // Ajv follows references to what is not compiled yet by recursion; a long chain would exhaust the stack.
  for (const name of definitionOrder(schema)) ajv.getSchema(DEFINITION + name);
  const validate = ajv.compile(root);
  const errorsOf = (args: JsonObject, isPlain = false): readonly ErrorObject[] | undefined => {
    overlaps.length = 0;
    const errors = validate(isPlain ? exact.reset(args) : exact.substitute(args)) ? undefined : (validate.errors ?? []);
    // Do not keep the errors in memory until the next call.
    validate.errors = null;
    exact.finish(args, errors);
    return errors;
  };
  return { errorsOf, formats, overlaps };
}
