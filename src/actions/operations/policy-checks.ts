import {
  checkFixedArguments,
  compileOperation,
  InvalidArgumentsError,
  objectMember,
  parseJsonExactly,
  pointerTokens,
  trustedDocument,
  type ArgumentFinding,
  type CompiledOperation,
  type DocumentOptions,
  type JsonObject,
} from '@countersign/openapi';
import type { PolicyCheck } from '../policies/policy-check.js';

/** What the document says about the operation of a policy. */
export interface CheckedPolicy {
  operationId: string;
  /** Whether the document demands a confirmation, with `x-openai-isConsequential: true`. */
  demandsConfirmation: boolean;
  /** What is wrong with the fixed arguments. */
  findings: ArgumentFinding[];
}

const CHECK_TIMEOUT_MS = 250;

/** Checks policies against a document. For worker threads: reading a document and compiling its schemas take long. */
export function checkPolicies(json: string, checks: readonly PolicyCheck[], options: DocumentOptions): CheckedPolicy[] {
  const document = trustedDocument(parseJsonExactly(json) as JsonObject);
  return checks.flatMap((check) => {
    const operation = compileOperation(document, check.operationId, options);
    if (operation === undefined) return [];
    const findings = [...findingsOf(operation, check), ...unknownArguments(operation, check)];
    return [{ operationId: check.operationId, demandsConfirmation: !operation.canAlwaysAllow, findings }];
  });
}

function findingsOf(operation: CompiledOperation, { constants, constantPointers }: PolicyCheck): ArgumentFinding[] {
  if (constantPointers.length === 0) return [];
  try {
    return checkFixedArguments(operation, constants, constantPointers, CHECK_TIMEOUT_MS);
  } catch (error) {
    if (error instanceof InvalidArgumentsError) return [...error.findings];
    throw error;
  }
}

/** Finds pointers to arguments that the operation does not have. The value of such a pointer is known only in a call. */
function unknownArguments({ argumentsSchema }: CompiledOperation, { otherPointers }: PolicyCheck): ArgumentFinding[] {
  const known = objectMember(argumentsSchema, 'properties') ?? {};
  const unknown = otherPointers.filter((pointer) => !Object.hasOwn(known, pointerTokens(pointer)[0] ?? ''));
  return unknown.map((pointer) => ({
    pointer,
    message: `the operation has no argument \`${pointerTokens(pointer)[0]}\``,
  }));
}
