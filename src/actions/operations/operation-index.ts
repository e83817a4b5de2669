import { CountersignError, redactLikelySecrets } from '../../common/index.js';
import { portableNames, withDigest } from '@countersign/openapi';
import type { Action } from '../store/action.entity.js';
import type { Operation } from '../store/operation.entity.js';

/** The result of a look-up by name. */
export interface IndexedOperation {
  action: Action;
  /** The operation's id in the document. */
  operationId: string;
}

/** An operation with its unique tool name. */
export interface NamedOperation extends IndexedOperation {
  /** A name that models accept: at most 64 letters, digits, `_` and `-`. */
  toolName: string;
}

/**
 * Finds the operations of one GPT by operation id or tool name. If two actions share a name, each operation also has a distinct
 * name.
 */
export class OperationIndex {
  /** In the order of the actions, then of their documents. */
  readonly operations: readonly NamedOperation[];
  private readonly byName = new Map<string, NamedOperation[]>();

  /** @param operations in the order of their documents */
  constructor(actions: Action[], operations: Pick<Operation, 'actionId' | 'operationId'>[]) {
    const ids = idsByAction(operations);
    const all = actions.flatMap((action) => operationsOf(action, ids.get(action.id) ?? []));
    for (const entry of all) for (const name of namesOf(entry)) this.add(name, entry);
    this.operations = all.map((entry) => {
      const isShared = namesOf(entry).some((name) => (this.byName.get(name)?.length ?? 0) > 1);
      if (isShared) this.add(distinctName(entry), entry);
      return isShared ? { ...entry, toolName: distinctName(entry) } : entry;
    });
  }

  /** @throws {CountersignError} `operation_not_found` or `ambiguous_operation` */
  find(name: string, actionId?: string): IndexedOperation {
    const all = this.byName.get(name) ?? [];
    const found = actionId === undefined ? all : all.filter(({ action }) => action.id === actionId);
    const [first, second] = found;
    if (!first) {
      const quoted = redactLikelySecrets(name).slice(0, 100);
      throw new CountersignError('operation_not_found', `this GPT has no operation ${quoted}`);
    }
    if (second) {
      const names = found.map(distinctName).join(', ');
      throw new CountersignError(
        'ambiguous_operation',
        `several actions have this operation; send action_id, or use one of ${names}`,
      );
    }
    return { action: first.action, operationId: first.operationId };
  }

  private add(name: string, entry: NamedOperation): void {
    const named = this.byName.get(name);
    if (named) named.push(entry);
    else this.byName.set(name, [entry]);
  }
}

function idsByAction(operations: Pick<Operation, 'actionId' | 'operationId'>[]): Map<string, string[]> {
  const ids = new Map<string, string[]>();
  for (const { actionId, operationId } of operations) {
    const known = ids.get(actionId);
    if (known) known.push(operationId);
    else ids.set(actionId, [operationId]);
  }
  return ids;
}

function operationsOf(action: Action, ids: string[]): NamedOperation[] {
  return [...portableNames(ids)].map(([operationId, toolName]) => ({ action, operationId, toolName }));
}

function namesOf({ operationId, toolName }: NamedOperation): string[] {
  return operationId === toolName ? [operationId] : [operationId, toolName];
}

/** Returns a name that is unique in the GPT, stable for the life of the action, and valid as a tool name. */
function distinctName({ action, operationId, toolName }: NamedOperation): string {
  const ofAction = action.id.slice(4, 12);
  const name = `${toolName}_${ofAction}`;
  return name.length <= 64 ? name : withDigest(`${toolName.slice(0, 46)}_${ofAction}`, `${ofAction} ${operationId}`);
}
