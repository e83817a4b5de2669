import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Failure } from '../ui/failure';
import { SecretDialog } from '../ui/secret-dialog';
import { useRotateKey, type Key } from './queries';

const OVERLAPS = [
  { value: '0', label: 'Not at all: it ends now' },
  { value: '3600', label: 'For an hour' },
  { value: '86400', label: 'For a day' },
  { value: '604800', label: 'For 7 days' },
  { value: '2592000', label: 'For 30 days' },
];

/** Puts another key in the place of one, and shows it: once. The old one works on for a while. */
export function RotateKey({ of: key, isOwn, close }: { of: Key; isOwn: boolean; close: () => void }) {
  const rotate = useRotateKey();
  const [overlap, setOverlap] = useState('86400');
  const end = () => {
    rotate.reset();
    close();
  };
  return (
    <>
      <Modal opened={!rotate.data} onClose={end} title={`Rotate “${key.name}”`}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            rotate.mutate({ id: key.id, overlapSeconds: Number(overlap) });
          }}
        >
          <Stack>
            <Text>A new key of the same role, name and GPTs takes its place.</Text>
            <Select
              label="The old key goes on working"
              description="Long enough to bring the new one to where the old one is used."
              data={OVERLAPS}
              value={overlap}
              allowDeselect={false}
              onChange={(value) => setOverlap(value ?? '86400')}
            />
            {isOwn && <Text size="sm">You have signed in with this key: this session ends with it.</Text>}
            {rotate.error && <Failure error={rotate.error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={end}>
                Cancel
              </Button>
              <Button type="submit" loading={rotate.isPending}>
                Rotate
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
      <SecretDialog title={`The new key “${key.name}”`} label="The new key" secret={rotate.data?.key} onClose={end}>
        {overlap === '0' ? 'The old one has ended.' : 'Put it where the old one is used, before that ends.'}
      </SecretDialog>
    </>
  );
}
