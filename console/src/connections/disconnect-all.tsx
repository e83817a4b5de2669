import { Button, Checkbox, Group, Modal, Skeleton, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Failure } from '../ui/failure';
import type { Filter } from './filter';
import { useCount, useDisconnectAll } from './queries';

interface DisconnectAllProps {
  isOpen: boolean;
  filter: Filter;
  /** What the filter names, in words. */
  what: string;
  close: () => void;
  /** @param revocationId `null` where nothing was left to end */
  onDone: (revocationId: string | null) => void;
}

/** Says how many connections would end, and asks. */
export function DisconnectAll({ isOpen, filter, what, close, onDone }: DisconnectAllProps) {
  return (
    <Modal
      opened={isOpen}
      onClose={close}
      title="Disconnect all of these?"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {isOpen && <Question filter={filter} what={what} close={close} onDone={onDone} />}
    </Modal>
  );
}

function Question({ filter, what, close, onDone }: Omit<DisconnectAllProps, 'isOpen'>) {
  const count = useCount(filter, true);
  const disconnect = useDisconnectAll();
  const [isSure, setSure] = useState(false);
  if (count.error) return <Failure error={count.error} retry={() => void count.refetch()} />;
  if (!count.data) return <Skeleton h={120} aria-label="Counting" />;
  const number = count.data.count;
  if (number === 0) return <Nothing close={close} what={what} />;
  return (
    <Stack>
      <Text>
        <strong>{numbered(number)}</strong> of {what} will end. Each of their users is asked to sign in again when a GPT
        needs it next. This cannot be undone.
      </Text>
      <Checkbox
        label={`Yes, disconnect ${numbered(number)}`}
        checked={isSure}
        onChange={(event) => setSure(event.currentTarget.checked)}
      />
      {disconnect.error && <Failure error={disconnect.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={close} data-autofocus>
          Keep
        </Button>
        <Button
          className="connections-danger"
          disabled={!isSure}
          loading={disconnect.isPending}
          onClick={() => disconnect.mutate(filter, { onSuccess: ({ revocation_id }) => onDone(revocation_id) })}
        >
          Disconnect all
        </Button>
      </Group>
    </Stack>
  );
}

function Nothing({ close, what }: { close: () => void; what: string }) {
  return (
    <Stack>
      <Text>There is nothing to disconnect: of {what}, no connection is left.</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={close} data-autofocus>
          Close
        </Button>
      </Group>
    </Stack>
  );
}

const FORMAT = new Intl.NumberFormat('en');

export function numbered(count: number): string {
  return count === 1 ? '1 connection' : `${FORMAT.format(count)} connections`;
}
