import { Select, Text } from '@mantine/core';
import { useState } from 'react';
import { useRotateKey, type Key } from '../queries/keys';
import { useSession } from '../queries/session';
import { Failure } from '../ui/failure';
import { FormDialog } from '../ui/form-dialog';
import { SecretDialog } from '../ui/secret-dialog';

/** Seconds for which the old key keeps working. */
const OVERLAPS = [
  { value: '0', label: 'No overlap: expires now' },
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '1 day' },
  { value: '604800', label: '7 days' },
  { value: '2592000', label: '30 days' },
];

const DEFAULT_OVERLAP = '86400';

/** Replaces a key with a new one, which is shown once. */
export function RotateKeyDialog({ apiKey, onClose }: { apiKey: Key; onClose: () => void }) {
  const isOwn = useSession()?.key_id === apiKey.id;
  const rotate = useRotateKey(apiKey);
  const [overlap, setOverlap] = useState(DEFAULT_OVERLAP);
  const close = () => {
    rotate.reset();
    onClose();
  };
  return (
    <>
      <FormDialog
        opened={!rotate.data}
        onClose={close}
        title={`Rotate “${apiKey.name}”`}
        action="Rotate"
        onSubmit={() => rotate.mutate({ overlap_seconds: Number(overlap) })}
        isPending={rotate.isPending}
      >
        <Text>Creates a new key with the same name, role and GPTs.</Text>
        <Select
          label="Keep the old key working for"
          description="Choose enough time to replace it everywhere."
          data={OVERLAPS}
          value={overlap}
          allowDeselect={false}
          onChange={(value) => setOverlap(value ?? DEFAULT_OVERLAP)}
        />
        {isOwn && <Text size="sm">You signed in with this key, so this session ends as well.</Text>}
        {rotate.error && <Failure error={rotate.error} />}
      </FormDialog>
      <SecretDialog title={`The new key “${apiKey.name}”`} label="New key" secret={rotate.data?.key} onClose={close}>
        {overlap === '0' ? 'The old key has expired.' : 'Replace the old key with it before the old one expires.'}
      </SecretDialog>
    </>
  );
}
