import { CountersignError, digest } from '../common/index.js';
import type { Action } from './action.entity.js';
import type { Operation } from './operation.entity.js';

/** An operation as one of its names finds it. */
export interface IndexedOperation {
  action: Action;
  /** As the document has it. */
  operationId: string;
}

/** The operations of one GPT by name: where two actions share an id, each has a name of its own beside it. */
export class GptIndex {
  private readonly byName = new Map<string, IndexedOperation[]>();

  constructor(actions: Action[], operations: Pick<Operation, 'actionId' | 'operationId'>[]) {
    const byId = new Map(actions.map((action) => [action.id, action]));
    for (const { actionId, operationId } of operations) {
      const action = byId.get(actionId);
      if (action) this.add(operationId, { action, operationId });
    }
    const shared = [...this.byName.values()].filter((found) => found.length > 1);
    for (const found of shared) for (const entry of found) this.add(distinctName(entry), entry);
  }

  /** @throws {CountersignError} `operation_not_found` or `ambiguous_operation` */
  find(name: string, actionId?: string): IndexedOperation {
    const all = this.byName.get(name) ?? [];
    const found = actionId === undefined ? all : all.filter(({ action }) => action.id === actionId);
    const [first, second] = found;
    if (!first) throw new CountersignError('operation_not_found', `this GPT has no operation ${name.slice(0, 100)}`);
    if (second) {
      const names = found.map(distinctName).join(', ');
      throw new CountersignError(
        'ambiguous_operation',
        `several actions have it: name one by action_id, or use ${names}`,
      );
    }
    return first;
  }

  private add(name: string, entry: IndexedOperation): void {
    this.byName.set(name, [...(this.byName.get(name) ?? []), entry]);
  }
}

/** Stable for as long as the action lives, and allowed wherever tools have names. */
function distinctName({ action, operationId }: IndexedOperation): string {
  const name =
    operationId.length <= 54 ? operationId : `${operationId.slice(0, 45)}-${digest(operationId).slice(0, 8)}`;
  return `${name}_${action.id.slice(4, 12)}`;
}
