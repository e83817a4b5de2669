import { Group, Text } from '@mantine/core';
import type { Connection } from './queries';

type Status = Connection['status'];

export const STATUS_WORDS: Record<Status, string> = {
  active: 'Connected',
  reconnect_required: 'Sign-in needed',
  revoked: 'Disconnected',
};

/** Whether there is such a status: it may come from an address. */
export function isStatus(status: string | undefined): status is Status {
  return status !== undefined && Object.hasOwn(STATUS_WORDS, status);
}

const COLOURS: Record<Status, string> = {
  active: 'var(--connection-active)',
  reconnect_required: 'var(--connection-reconnect)',
  revoked: 'var(--mantine-color-dimmed)',
};

const SHAPES: Record<Status, string> = {
  active: 'M3.5 8.5l3 3 6-7',
  reconnect_required: 'M8 3.5v5.5M8 12.4v.1',
  revoked: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
};

/** A connection's status: a word, and a shape of its own, so that no colour is needed to tell. */
export function Status({ status }: { status: Status }) {
  return (
    <Group gap={6} wrap="nowrap">
      <svg
        width={16}
        height={16}
        viewBox="0 0 16 16"
        aria-hidden="true"
        style={{ flex: 'none', color: COLOURS[status] }}
      >
        <path d={SHAPES[status]} fill="none" stroke="currentColor" strokeWidth={2} strokeLinecap="round" />
      </svg>
      <Text inherit span style={{ whiteSpace: 'nowrap' }}>
        {STATUS_WORDS[status]}
      </Text>
    </Group>
  );
}
