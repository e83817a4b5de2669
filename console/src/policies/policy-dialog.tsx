import type { Action, Operation } from '../queries/actions';
import type { OperationPolicy } from '../queries/policies';
import { EditDialog } from '../ui/edit-dialog';
import { PolicyForm } from './policy-form';

interface PolicyDialogProps {
  action: Action;
  operation: Operation;
  policy: OperationPolicy | undefined;
  opened: boolean;
  onClose: () => void;
}

/** The policy of an operation in a dialog. */
export function PolicyDialog({ opened, onClose, ...props }: PolicyDialogProps) {
  const title = `Policy of ${props.operation.operation_id}`;
  return (
    <EditDialog opened={opened} onClose={onClose} title={title} size="lg" id="policy">
      {(dialog) => <PolicyForm {...props} {...dialog} onSaved={onClose} />}
    </EditDialog>
  );
}
