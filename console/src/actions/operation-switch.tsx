import { Switch } from '@mantine/core';
import { useState } from 'react';
import type { Action, Operation } from '../queries/actions';
import { useSavePolicies, type OperationPolicy } from '../queries/policies';

interface OperationSwitchProps {
  action: Action;
  operation: Operation;
  /** Called with the error of the last attempt, and with null when a new one begins. */
  onFailure: (error: Error | null) => void;
}

/** Enables and disables an operation. It shows the new state at once, and the old one again if it cannot be saved. */
export function OperationSwitch({ action, operation, onFailure }: OperationSwitchProps) {
  const save = useSavePolicies(action);
  // Not derived from the mutation, whose state changes only after the event: the browser would undo the user's click until then.
  const [wanted, setWanted] = useState<boolean>();
  const isSaving = wanted !== undefined;
  const { operation_id: id, enabled } = operation;
  const change = (isEnabled: boolean) => {
    setWanted(isEnabled);
    onFailure(null);
    save.mutate(
      { [id]: (stored) => withEnabled(stored, isEnabled) },
      { onError: onFailure, onSettled: () => setWanted(undefined) },
    );
  };
  return (
    <Switch
      aria-label={`Enable ${id}`}
      checked={wanted ?? enabled}
      // Unlike a disabled switch, it keeps the focus.
      aria-disabled={isSaving}
      style={{ opacity: isSaving ? 0.6 : undefined }}
      onChange={(event) => !isSaving && change(event.currentTarget.checked)}
    />
  );
}

/** Returns a policy without members that change nothing, undefined if there are no others. */
function withEnabled(policy: OperationPolicy | undefined, isEnabled: boolean): OperationPolicy | undefined {
  const { enabled: _, ...others } = policy ?? {};
  const changed = isEnabled ? others : { ...others, enabled: false };
  return Object.keys(changed).length > 0 ? changed : undefined;
}
