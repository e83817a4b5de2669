import { Text } from '@mantine/core';
import type { Connection } from '../queries/connections';
import { useCreateSignIn } from '../queries/sign-ins';
import { Failure } from '../ui/failure';
import { FormDialog } from '../ui/form-dialog';
import { SignInLinkDialog } from './sign-in-link-dialog';

interface ReconnectDialogProps {
  connection: Connection;
  onClose: () => void;
}

/** Creates a link with which a user signs in again. */
export function ReconnectDialog({ connection, onClose }: ReconnectDialogProps) {
  const { user, domain, gpt_id, action_id, status } = connection;
  const create = useCreateSignIn();
  const close = () => {
    create.reset();
    onClose();
  };
  return (
    <>
      <FormDialog
        opened={!create.data}
        onClose={close}
        title="Reconnect this user?"
        action="Create link"
        onSubmit={() => create.mutate({ gpt_id, action_id, user })}
        isPending={create.isPending}
      >
        <Text>
          This creates a link with which <strong>{user}</strong> signs in to <strong>{domain}</strong> again.{' '}
          {status === 'active'
            ? 'The present connection is used until the sign-in succeeds.'
            : 'The connection is active again once the sign-in succeeds.'}
        </Text>
        {create.error && <Failure error={create.error} />}
      </FormDialog>
      <SignInLinkDialog offer={create.data} user={user} onClose={close} />
    </>
  );
}
