import { Injectable } from '@nestjs/common';
import { limitPerCode, type Finding } from '@countersign/openapi';
import { Database } from '../../database/index.js';
import type { ImportedDocument } from '../documents/read-document.js';
import { OperationIndex } from '../operations/operation-index.js';
import { OperationLoader } from '../operations/operation-loader.js';
import { policyCheck } from '../policies/policy-check.js';
import { loadPolicies, type ActionPolicies } from '../policies/policy-rows.js';
import type { Action } from '../store/action.entity.js';

/** The codes of warnings about policies, which an import adds to those about the document. */
const CODES = new Set(['policy_without_operation', 'policy_name_taken', 'policy_argument_invalid']);

/** Finds policies that a new document makes ineffective. */
@Injectable()
export class PolicyWarnings {
  constructor(
    private readonly database: Database,
    private readonly loader: OperationLoader,
  ) {}

  /** Returns warnings about the policies of an action for a document that replaces the stored one. */
  async ofDocument(action: Action, { description, parts, url, serverChoice }: ImportedDocument): Promise<Finding[]> {
    const policies = await this.database.tenant(action.tenantId).read((store) => loadPolicies(store, action.id));
    if (policies.size === 0) return [];
    const { operations } = description;
    const ids = new Set(operations.map(({ operationId }) => operationId));
    const checks = [...policies]
      .filter(([id, { fixed_arguments }]) => ids.has(id) && fixed_arguments)
      .map(([id, fields]) => policyCheck(id, fields));
    const imported = { ...action, openapiUrl: url, serverChoice };
    const checked = checks.length > 0 ? await this.loader.checkPolicies(imported, checks, parts) : [];
    const invalid = checked.flatMap(({ operationId, findings }) =>
      findings.map(({ message }) =>
        warning(
          'policy_argument_invalid',
          `calls of ${short(operationId)} fail: a fixed argument is invalid: ${message}`,
        ),
      ),
    );
    const rows = operations.map(({ operationId, method, path }) => ({
      actionId: action.id,
      operationId,
      method,
      path,
    }));
    const index = new OperationIndex([action], rows, new Map([[action.id, policies]]));
    const unnamed = index.operations
      .filter(({ policy, toolName }) => policy?.name !== undefined && policy.name !== toolName)
      .map(({ operationId, policy }) =>
        warning(
          'policy_name_taken',
          `${short(operationId)} cannot be named ${policy?.name}: another operation has this name`,
        ),
      );
    return limitPerCode([...lostWarnings(policies, ids), ...unnamed, ...invalid]);
  }
}

/** Replaces the warnings about policies after these have changed. */
export function withPolicyWarnings(
  warnings: readonly Finding[],
  policies: ActionPolicies,
  operationIds: ReadonlySet<string>,
): Finding[] {
  const others = warnings.filter(({ code }) => !CODES.has(code));
  return [...others, ...limitPerCode(lostWarnings(policies, operationIds))];
}

function lostWarnings(policies: ActionPolicies, operationIds: ReadonlySet<string>): Finding[] {
  const lost = [...policies.keys()].filter((id) => !operationIds.has(id));
  return lost.map((id) =>
    warning('policy_without_operation', `the policy of ${short(id)} has no effect: the document has no such operation`),
  );
}

function warning(code: string, message: string): Finding {
  return { code, message, pointer: '' };
}

function short(operationId: string): string {
  return `"${operationId.slice(0, 100)}"`;
}
