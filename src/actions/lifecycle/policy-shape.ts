import { isObject, pointerTo, stringifyExactly, type JsonValue } from '@countersign/openapi';
import { checkInput, redactLikelySecrets, type FieldError } from '../../common/index.js';
import { connectionValueName } from '../policies/fixed-arguments.js';
import { overlappingPointer } from '../policies/policy-check.js';
import { toFixedValue } from '../policies/policy-rows.js';
import type { PolicyFields } from '../store/operation-policy.entity.js';
import { OperationPolicyDto, POINTER, ResponseBoundsDto } from './policies.dto.js';

const MAX_FIXED_ARGUMENTS = 50;
const MAX_POINTER_LENGTH = 500;
const MAX_POINTER_TOKENS = 10;

/** The fields of a policy and what is wrong with them, regardless of its operation. */
interface CheckedFields {
  fields: PolicyFields;
  errors: FieldError[];
}

/** @param at JSON pointer of the policy in the body */
export function checkFields(value: unknown, at: string): CheckedFields {
  const { fields, errors } = checkMembers(OperationPolicyDto, value, at);
  if (errors.length > 0) return { fields, errors };
  const { response, fixed_arguments } = fields;
  if (response) {
    const checked = checkMembers(ResponseBoundsDto, response, pointerTo(at, 'response'));
    fields.response = checked.fields;
    errors.push(...checked.errors);
  }
  if (fixed_arguments) errors.push(...fixedArgumentErrors(fixed_arguments, pointerTo(at, 'fixed_arguments')));
  return { fields, errors };
}

/** Leaves out members that are null, which stands for an absent one. */
function checkMembers<T extends object>(
  type: new () => T,
  value: unknown,
  at: string,
): { fields: T; errors: FieldError[] } {
  if (!isObject(value)) return { fields: new type(), errors: [{ pointer: at, message: 'must be a JSON object' }] };
  const present = Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null));
  const { value: fields, errors } = checkInput(type, present);
  const plain = Object.fromEntries(Object.entries(fields).filter(([, each]) => each !== undefined)) as T;
  return { fields: plain, errors: errors.map((error) => ({ ...error, pointer: at + error.pointer })) };
}

function fixedArgumentErrors(fixed: Record<string, JsonValue>, at: string): FieldError[] {
  const pointers = Object.keys(fixed);
  if (pointers.length > MAX_FIXED_ARGUMENTS) {
    return [{ pointer: at, message: `fixed_arguments must not have more than ${MAX_FIXED_ARGUMENTS} members` }];
  }
  const problems = pointers.flatMap((pointer) => {
    const message = pointerProblem(pointer) ?? valueProblem(fixed[pointer] ?? null);
    return message === undefined ? [] : [{ pointer: pointerTo(at, redactLikelySecrets(pointer)), message }];
  });
  if (problems.length > 0) return problems;
  const overlapping = overlappingPointer(pointers);
  if (overlapping === undefined) return [];
  return [
    { pointer: pointerTo(at, overlapping), message: 'another fixed argument includes this one; remove one of them' },
  ];
}

function pointerProblem(pointer: string): string | undefined {
  if (pointer.length > MAX_POINTER_LENGTH || pointer.split('/').length > MAX_POINTER_TOKENS + 1) {
    return `must have at most ${MAX_POINTER_LENGTH} characters and ${MAX_POINTER_TOKENS} parts`;
  }
  if (!POINTER.test(pointer)) return 'must be a JSON pointer into the arguments, such as /limit or /body/account_id';
  return undefined;
}

function valueProblem(value: JsonValue): string | undefined {
  if (stringifyExactly(value) !== JSON.stringify(value)) {
    return 'must not contain numbers that a double-precision number cannot hold exactly';
  }
  const fixed = toFixedValue(value);
  if ('constant' in fixed || fixed.from === 'user' || fixed.from === 'conversation_id') return undefined;
  return connectionValueName(fixed.from) === '' ? 'from must be user, conversation_id or connection.<name>' : undefined;
}
