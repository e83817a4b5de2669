import { CountersignError, redactLikelySecrets } from '../../common/index.js';
import { portableNames, withDigest } from '@countersign/openapi';
import { callPolicyOf } from '../policies/call-policy.js';
import { disabledPathTest } from '../policies/disabled-paths.js';
import type { CallPolicy, OperationPolicy } from '../policies/operation-policy.js';
import { toOperationPolicy, type ActionPolicies } from '../policies/policy-rows.js';
import type { Action } from '../store/action.entity.js';
import type { Operation } from '../store/operation.entity.js';

/** The result of a look-up by name. */
export interface IndexedOperation {
  action: Action;
  /** The operation's id in the document. */
  operationId: string;
  /** `undefined` if the builder has set none. */
  policy?: OperationPolicy;
  callPolicy?: CallPolicy;
}

/** An operation with its unique tool name. */
export interface NamedOperation extends IndexedOperation {
  /** A name that models accept: at most 64 letters, digits, `_` and `-`. */
  toolName: string;
}

/** An operation, and every name that calls may use unless another operation has it too. */
interface Entry extends NamedOperation {
  names: ReadonlySet<string>;
}

/** A row of an operation, as far as the index needs it. */
export type IndexedRow = Pick<Operation, 'actionId' | 'operationId' | 'method' | 'path'>;

/** The operations that a key is restricted to, as `act-…/operationId`; `undefined` for all. */
export type AllowedOperations = readonly string[] | undefined;

/** Characters of policies that take as much memory as an operation in the index. */
const CHARACTERS_PER_UNIT = 250;

/**
 * Finds the operations of one GPT by operation id or tool name, except those that their policy disables. If two actions share a name, each
 * operation also has a distinct name.
 */
export class OperationIndex {
  /** In the order of the actions, then of their documents. */
  readonly operations: readonly NamedOperation[];
  /** The memory that the index takes, in units of an operation without a policy. */
  readonly weight: number;
  private readonly byName = new Map<string, Entry[]>();

  /**
   * @param rows in the order of their documents
   * @param policies by action
   */
  constructor(actions: Action[], rows: IndexedRow[], policies: ReadonlyMap<string, ActionPolicies> = new Map()) {
    const ofAction = rowsByAction(rows);
    const all = actions.flatMap((action) => entriesOf(action, ofAction.get(action.id) ?? [], policies.get(action.id)));
    for (const entry of all) for (const name of entry.names) this.add(name, entry);
    for (const entry of all.filter((each) => this.needsDistinctName(each))) {
      entry.toolName = distinctName(entry);
      this.add(entry.toolName, entry);
    }
    this.operations = all;
    const characters = [...policies.values()].reduce((sum, each) => sum + JSON.stringify([...each]).length, 0);
    this.weight = all.length + 1 + Math.ceil(characters / CHARACTERS_PER_UNIT);
  }

  /** @throws {CountersignError} `operation_not_found` or `ambiguous_operation` */
  find(name: string, actionId?: string, allowed?: AllowedOperations): IndexedOperation {
    const all = this.byName.get(name) ?? [];
    const found = all.filter((entry) => (actionId ?? entry.action.id) === entry.action.id && isAllowed(entry, allowed));
    const [first, second] = found;
    if (!first) {
      const quoted = redactLikelySecrets(name).slice(0, 100);
      throw new CountersignError('operation_not_found', `this GPT has no operation ${quoted}`);
    }
    if (second) {
      const names = found.map(({ toolName }) => toolName).join(', ');
      throw new CountersignError(
        'ambiguous_operation',
        `several actions have this operation; send action_id, or use one of ${names}`,
      );
    }
    const { action, operationId, policy, callPolicy } = first;
    return { action, operationId, policy, callPolicy };
  }

  private add(name: string, entry: Entry): void {
    const named = this.byName.get(name);
    if (named) named.push(entry);
    else this.byName.set(name, [entry]);
  }

  /** A name that the builder has chosen is kept if no other operation has it. */
  private needsDistinctName({ names, policy, toolName }: Entry): boolean {
    const isShared = (name: string) => (this.byName.get(name)?.length ?? 0) > 1;
    return policy?.name === toolName ? isShared(toolName) : [...names].some(isShared);
  }
}

/** Returns whether a key with this restriction may use an operation. */
export function isAllowed({ action, operationId }: IndexedOperation, allowed: AllowedOperations): boolean {
  return allowed === undefined || allowed.includes(`${action.id}/${operationId}`);
}

function rowsByAction(rows: readonly IndexedRow[]): Map<string, IndexedRow[]> {
  const byAction = new Map<string, IndexedRow[]>();
  for (const row of rows) {
    const known = byAction.get(row.actionId);
    if (known) known.push(row);
    else byAction.set(row.actionId, [row]);
  }
  return byAction;
}

function entriesOf(action: Action, rows: readonly IndexedRow[], policies: ActionPolicies = new Map()): Entry[] {
  // A name does not depend on which operations are disabled.
  const names = portableNames(rows.map(({ operationId }) => operationId));
  if (policies.size === 0) return [...names].map(([operationId, name]) => entry(action, operationId, name));
  const isDisabled = ({ operationId }: IndexedRow) => policies.get(operationId)?.enabled === false;
  const isDisabledPath = disabledPathTest(rows.filter(isDisabled), pathOf(action.serverUrl));
  const enabled = rows.filter((row) => !isDisabled(row));
  const taken = new Set(enabled.flatMap(({ operationId }) => [operationId, names.get(operationId) ?? '']));
  return enabled.map(({ operationId }) => {
    const fields = policies.get(operationId);
    const portable = names.get(operationId) ?? '';
    if (!fields) return entry(action, operationId, portable);
    const policy = toOperationPolicy(fields);
    const { name = portable } = policy;
    const isFree = !taken.has(name);
    taken.add(name);
    const named = { ...entry(action, operationId, portable, isFree ? name : portable), policy };
    return { ...named, callPolicy: callPolicyOf(policy, isDisabledPath) };
  });
}

/** Returns the path of a server URL, whose host may contain `{connection.<name>}`. */
function pathOf(serverUrl: string): string {
  return serverUrl.replace(/^[a-z]+:\/\/[^/]*/i, '');
}

function entry(action: Action, operationId: string, portable: string, toolName = portable): Entry {
  return { action, operationId, toolName, names: new Set([operationId, portable, toolName]) };
}

/** Returns a name that is unique in the GPT, stable for the life of the action, and valid as a tool name. */
function distinctName({ action, operationId, toolName }: NamedOperation): string {
  const ofAction = action.id.slice(4, 12);
  const name = `${toolName}_${ofAction}`;
  return name.length <= 64 ? name : withDigest(`${toolName.slice(0, 46)}_${ofAction}`, `${ofAction} ${operationId}`);
}
