import { Text } from '@mantine/core';
import { useState } from 'react';
import { hasCode } from '../api/problem';
import { useRevokeKey, type Key } from '../queries/keys';
import { useSession } from '../queries/session';
import { Caution } from '../ui/caution';
import { ConfirmDialog } from '../ui/confirm-dialog';

/** Revokes a key after a confirmation, and the last admin key after a second one. */
export function RevokeKeyDialog({ apiKey, onClose }: { apiKey: Key; onClose: () => void }) {
  const isOwn = useSession()?.key_id === apiKey.id;
  const revoke = useRevokeKey(apiKey);
  const [isLastAdminKey, setLastAdminKey] = useState(false);
  const confirm = async () => {
    try {
      await revoke.mutateAsync({ force: isLastAdminKey });
    } catch (error) {
      if (hasCode(error, 'last_admin_key')) setLastAdminKey(true);
      throw error;
    }
  };
  return (
    <ConfirmDialog
      // Asks again from the beginning.
      key={String(isLastAdminKey)}
      opened
      onClose={onClose}
      title={`Revoke “${apiKey.name}”?`}
      action={isLastAdminKey ? 'Revoke the last admin key' : 'Revoke'}
      checkbox={isLastAdminKey ? 'Leave this tenant without an admin key' : undefined}
      confirm={confirm}
    >
      {isLastAdminKey ? (
        <Caution title="This is the last admin key that works">
          <Text size="sm">
            Without it, this tenant cannot be managed until the operator of the deployment creates another admin key.
            Calls with runtime keys continue. Create another admin key first, or confirm below.
          </Text>
        </Caution>
      ) : (
        <Text>Requests with this key are rejected from now on. A revoked key cannot be restored.</Text>
      )}
      {isOwn && (
        <Text mt="sm" fw={600}>
          You signed in with this key, so this session ends as well.
        </Text>
      )}
    </ConfirmDialog>
  );
}
