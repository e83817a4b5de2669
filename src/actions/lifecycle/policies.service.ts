import { Injectable } from '@nestjs/common';
import { pointerTo } from '@countersign/openapi';
import { Cluster } from '../../cluster/index.js';
import {
  Clock,
  CountersignError,
  InvalidRequestError,
  matchesEtag,
  redactLikelySecrets,
  type FieldError,
  type TenantCaller,
} from '../../common/index.js';
import { Database, type TenantStore } from '../../database/index.js';
import { gptTopicId } from '../../gpts/index.js';
import { TenantsService } from '../../tenants/index.js';
import { findOperations } from '../operations/find-operations.js';
import { loadIndex } from '../operations/load-index.js';
import { OperationLoader } from '../operations/operation-loader.js';
import { connectionValueName } from '../policies/fixed-arguments.js';
import { policyCheck } from '../policies/policy-check.js';
import { loadPolicies, storePolicies, toFixedValue, type ActionPolicies } from '../policies/policy-rows.js';
import { Action } from '../store/action.entity.js';
import { Operation } from '../store/operation.entity.js';
import type { PolicyFields } from '../store/operation-policy.entity.js';
import { ActionChanges } from './action-changes.js';
import type { PolicyDto, StoredPolicyDto } from './policies.dto.js';
import { checkFields } from './policy-shape.js';
import { withPolicyWarnings } from './policy-warnings.js';

const MAX_POLICIES = 2000;
/** Limits of the JSON of one policy, whose column holds 64 KiB, and of all policies of an action, in bytes. */
const MAX_POLICY_BYTES = 32_768;
const MAX_BYTES = 262_144;
const MAX_ERRORS = 100;
/** Operations that the audit log names. */
const MAX_AUDITED = 20;

/** An action, its operations and its policies. */
interface StoredState {
  action: Action;
  operations: Map<string, Operation>;
  policies: ActionPolicies;
}

/** The policies of an action, with the entity tag of its revision (RFC 9110, section 8.8.3). */
export interface VersionedPolicy {
  policy: StoredPolicyDto;
  etag: string;
}

/** Reads and replaces the policies of an action's operations. */
@Injectable()
export class PoliciesService {
  constructor(
    private readonly database: Database,
    private readonly loader: OperationLoader,
    private readonly changes: ActionChanges,
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
    private readonly cluster: Cluster,
  ) {}

  async get(tenantId: string, gptId: string, actionId: string): Promise<VersionedPolicy> {
    const { action, policies, operations } = await this.read(tenantId, gptId, actionId);
    return { policy: viewOf(policies, operations), etag: etagOf(action) };
  }

  /**
   * Replaces all policies of an action.
   *
   * @param match an `If-Match` header
   * @throws {InvalidRequestError} with a pointer for each invalid field
   * @throws {CountersignError} `precondition_failed`: the action has another entity tag; `conflict`: it was modified concurrently
   */
  async replace(
    caller: TenantCaller,
    gptId: string,
    actionId: string,
    body: PolicyDto,
    match?: string,
  ): Promise<VersionedPolicy> {
    const { tenantId } = caller;
    const before = await this.read(tenantId, gptId, actionId);
    const { action, operations } = before;
    if (match !== undefined && !matchesEtag(match, etagOf(action))) throw changedSince();
    const policies = checkedPolicies(body, before);
    throwIfAny(bindingErrors(policies, before));
    throwIfAny([...(await this.nameErrors(action, policies)), ...(await this.documentErrors(before, policies))]);
    const after: Action = {
      ...action,
      warnings: withPolicyWarnings(action.warnings, policies, new Set(operations.keys())),
      revision: action.revision + 1,
      updatedAt: this.clock.now(),
    };
    await this.database.tenant(tenantId).write(async (store) => {
      await this.changes.replace(store, action, after);
      await storePolicies(store, actionId, policies);
      await this.changes.record(store, caller, after, 'action.policy_changed', auditDetails(before.policies, policies));
    });
    this.cluster.publish('gpt', gptTopicId(tenantId, gptId));
    return { policy: viewOf(policies, operations), etag: etagOf(after) };
  }

  private read(tenantId: string, gptId: string, actionId: string): Promise<StoredState> {
    return this.database.tenant(tenantId).read(async (store: TenantStore) => {
      const action = await store.get(Action, { id: actionId, gptId }, 'action');
      const rows = await findOperations(store, [actionId]);
      const operations = new Map(rows.map((row) => [row.operationId, row]));
      return { action, operations, policies: await loadPolicies(store, actionId) };
    });
  }

  /** Finds names that other operations of the GPT have. */
  private async nameErrors({ tenantId, gptId, id }: Action, policies: ActionPolicies): Promise<FieldError[]> {
    if (![...policies.values()].some(({ name }) => name !== undefined)) return [];
    const changed = new Map([[id, policies]]);
    const index = await this.database.tenant(tenantId).read((store) => loadIndex(store, gptId, changed));
    return index.operations
      .filter(
        ({ action, policy, toolName }) => action.id === id && policy?.name !== undefined && policy.name !== toolName,
      )
      .map(({ operationId }) => ({
        pointer: pointerTo('/operations', operationId, 'name'),
        message: 'another operation of this GPT has this name; choose another',
      }));
  }

  /** Finds policies that the document does not allow. */
  private async documentErrors({ action, operations }: StoredState, policies: ActionPolicies): Promise<FieldError[]> {
    const current = [...policies].filter(([id]) => operations.has(id));
    const isNever = ({ confirmation }: PolicyFields) => confirmation === 'never';
    const mayBeSkipped =
      !current.some(([, fields]) => isNever(fields)) ||
      (await this.tenants.allowsSkippingConfirmation(action.tenantId));
    const isChecked = (fields: PolicyFields) => fields.fixed_arguments ?? (!mayBeSkipped && isNever(fields));
    const checks = current.filter(([, fields]) => isChecked(fields)).map(([id, fields]) => policyCheck(id, fields));
    if (checks.length === 0) return [];
    const checked = await this.loader.checkPolicies(action, checks);
    return checked.flatMap(({ operationId, demandsConfirmation, findings }) => {
      const fields = policies.get(operationId) ?? {};
      const errors = findings.map(({ pointer, message }) => ({
        pointer: pointerTo('/operations', operationId, 'fixed_arguments', ...fixedPointer(fields, pointer)),
        message,
      }));
      if (demandsConfirmation && !mayBeSkipped && isNever(fields)) errors.push(mustConfirm(operationId));
      return errors;
    });
  }
}

function etagOf({ revision }: Action): string {
  return `"${revision}"`;
}

function changedSince(): CountersignError {
  return new CountersignError('precondition_failed', 'the action has changed since the ETag; read it again and retry');
}

function mustConfirm(operationId: string): FieldError {
  return {
    pointer: pointerTo('/operations', operationId, 'confirmation'),
    message:
      "the document has x-openai-isConsequential: true for this operation; set the tenant's allow_skipping_confirmation to skip its confirmation",
  };
}

/** Returns the fixed argument that a finding is about. */
function fixedPointer({ fixed_arguments = {} }: PolicyFields, found: string): string[] {
  const pointer = Object.keys(fixed_arguments).find((each) => `${found}/`.startsWith(`${each}/`));
  return pointer === undefined ? [] : [pointer];
}

/** @throws {InvalidRequestError} a policy is malformed, too large, or about an operation that the document has never had */
function checkedPolicies({ operations }: PolicyDto, before: StoredState): ActionPolicies {
  const entries = Object.entries(operations);
  if (entries.length > MAX_POLICIES) {
    throw InvalidRequestError.at('/operations', `operations must not have more than ${MAX_POLICIES} members`);
  }
  const isKnown = (id: string) => before.operations.has(id) || before.policies.has(id);
  const unknown = entries.filter(([id]) => !isKnown(id));
  throwIfAny(
    // An unknown name may be a key that was pasted by mistake, and clients log problems.
    unknown.map(([id]) => ({
      pointer: pointerTo('/operations', redactLikelySecrets(id)),
      message: 'the action has no such operation',
    })),
  );
  const checked = entries.map(([id, value]) => ({ id, ...checkFields(value, pointerTo('/operations', id)) }));
  throwIfAny(checked.flatMap(({ errors }) => errors));
  const policies = checked.filter(({ fields }) => Object.keys(fields).length > 0);
  const sizes = policies.map(({ id, fields }) => ({ id, bytes: Buffer.byteLength(JSON.stringify([id, fields])) }));
  throwIfAny(
    sizes
      .filter(({ bytes }) => bytes > MAX_POLICY_BYTES)
      .map(({ id }) => ({
        pointer: pointerTo('/operations', id),
        message: `must not exceed ${MAX_POLICY_BYTES} bytes`,
      })),
  );
  if (sizes.reduce((sum, { bytes }) => sum + bytes, 0) > MAX_BYTES) {
    throw InvalidRequestError.at('/operations', `operations must not exceed ${MAX_BYTES} bytes`);
  }
  return new Map(policies.map(({ id, fields }) => [id, fields]));
}

/** Finds arguments that are values of the connection although the calls of the operation have none. */
function bindingErrors(policies: ActionPolicies, { action, operations }: StoredState): FieldError[] {
  const { connection_values = [] } = action.authSettings as { connection_values?: { name: string }[] };
  const known = new Set(connection_values.map(({ name }) => name.toLowerCase()));
  return [...policies].flatMap(([id, { fixed_arguments = {} }]) =>
    Object.entries(fixed_arguments).flatMap(([pointer, value]) => {
      const fixed = toFixedValue(value);
      const name = 'from' in fixed ? connectionValueName(fixed.from) : '';
      const operation = operations.get(id);
      if (name === '' || !operation || (operation.requiresAuth && known.has(name))) return [];
      const message = operation.requiresAuth
        ? "the action's authentication schema defines no connection value of this name"
        : 'calls of this operation have no connection: its document says that it needs no authentication';
      return [{ pointer: pointerTo('/operations', id, 'fixed_arguments', pointer), message }];
    }),
  );
}

function auditDetails(before: ActionPolicies, after: ActionPolicies): Record<string, unknown> {
  const ids = [...new Set([...before.keys(), ...after.keys()])];
  const changed = ids.filter((id) => JSON.stringify(before.get(id)) !== JSON.stringify(after.get(id)));
  const named = changed.slice(0, MAX_AUDITED).map((id) => id.slice(0, 100));
  return { changed: changed.length, operations: named };
}

function viewOf(policies: ActionPolicies, operations: ReadonlyMap<string, Operation>): StoredPolicyDto {
  const lost = [...policies.keys()].filter((id) => !operations.has(id));
  return { operations: Object.fromEntries(policies), lost_operations: lost };
}

function throwIfAny(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw new InvalidRequestError(errors.slice(0, MAX_ERRORS));
}
