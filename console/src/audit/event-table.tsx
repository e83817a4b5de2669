import { Button, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { AuditEvent } from '../queries/audit-events';
import { DataTable } from '../ui/data-table';
import { exactTime, RelativeTime } from '../ui/relative-time';
import { jsonText, TextBlock } from '../ui/text-block';

const COLUMNS = ['Time', 'Event', 'Actor', 'Target'];

export function EventTable({ events }: { events: AuditEvent[] }) {
  return (
    <DataTable label="Events" minWidth={820} columns={COLUMNS} actions="Details">
      {events.map((event) => (
        <EventRow key={event.id} event={event} />
      ))}
    </DataTable>
  );
}

function EventRow({ event }: { event: AuditEvent }) {
  const [isOpen, setOpen] = useState(false);
  const { id, type, actor, target_id: target, created_at: at, sequence } = event;
  const name = sequence === null ? `event ${id}` : `event ${sequence}`;
  return (
    <>
      <Table.Tr>
        <Table.Td className="nowrap">
          <RelativeTime at={at} />
          <Text size="xs" c="dimmed">
            {exactTime(at)}
          </Text>
        </Table.Td>
        <Table.Td>
          {typeLabel(type)}
          <Text component="div" className="mono" c="dimmed">
            {type}
          </Text>
        </Table.Td>
        <Table.Td>
          <Actor actor={actor} />
        </Table.Td>
        <Table.Td className="mono">{target}</Table.Td>
        <Table.Td ta="right">
          <Button
            size="compact-sm"
            variant="default"
            aria-expanded={isOpen}
            aria-controls={`${id}-details`}
            aria-label={`${isOpen ? 'Hide details' : 'Details'} of ${name}`}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? 'Hide' : 'Details'}
          </Button>
        </Table.Td>
      </Table.Tr>
      {isOpen && (
        <Table.Tr id={`${id}-details`}>
          <Table.Td colSpan={COLUMNS.length + 1}>
            <TextBlock label={name} text={detailsOf(event)} isLabelHidden />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}

function Actor({ actor: { kind, key_id: keyId, role, user, address } }: { actor: AuditEvent['actor'] }) {
  const label = kind === 'key' ? `API key (${role ?? 'unknown role'})` : kind === 'user' ? 'End user' : 'Countersign';
  return (
    <Stack gap={0}>
      <Text inherit>{label}</Text>
      {(keyId ?? user) && (
        <Text component="div" className="mono" c="dimmed">
          {keyId ?? user}
        </Text>
      )}
      {address && (
        <Text size="xs" c="dimmed">
          from {address}
        </Text>
      )}
    </Stack>
  );
}

function detailsOf(event: AuditEvent): string {
  const { details, actor, id, created_at, chain, sequence, hash, previous_hash } = event;
  return jsonText({ id, created_at, details, actor, chain, sequence, previous_hash, hash });
}

/** `key.revoked` as "Key revoked". */
function typeLabel(type: string): string {
  const words = type.replaceAll(/[._]/g, ' ').replace(/^gpt /, 'GPT ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
