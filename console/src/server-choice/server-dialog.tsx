import { useQuery } from '@tanstack/react-query';
import { actionQueries, type Action } from '../queries/actions';
import { EditDialog } from '../ui/edit-dialog';
import { QueryView } from '../ui/query-view';
import { ServerForm } from './server-form';

interface ServerDialogProps {
  action: Action;
  opened: boolean;
  onClose: () => void;
}

/** The choice of an action's server in a dialog. */
export function ServerDialog({ action, opened, onClose }: ServerDialogProps) {
  return (
    <EditDialog opened={opened} onClose={onClose} title="Server" size="lg" id="server">
      {(dialog) => <LoadedForm action={action} onSaved={onClose} {...dialog} />}
    </EditDialog>
  );
}

interface LoadedFormProps {
  action: Action;
  onUnsaved: (isUnsaved: boolean) => void;
  onSaved: () => void;
  onCancel: () => void;
}

function LoadedForm({ action: { gpt_id, id }, ...props }: LoadedFormProps) {
  const action = useQuery(actionQueries.forEditing(gpt_id, id));
  return (
    <QueryView query={action} height={160}>
      {(data) => <ServerForm action={data} {...props} />}
    </QueryView>
  );
}
