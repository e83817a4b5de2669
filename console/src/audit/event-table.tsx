import { Button, Code, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { When } from '../ui/when';
import { WideTable } from '../ui/wide-table';
import type { AuditEvent } from './queries';

const EXACT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });

export function EventTable({ events }: { events: AuditEvent[] }) {
  return (
    <WideTable label="Events" minWidth={820}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>When</Table.Th>
          <Table.Th>What</Table.Th>
          <Table.Th>By</Table.Th>
          <Table.Th>Of</Table.Th>
          <Table.Th>
            <span className="visually-hidden">More</span>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {events.map((event) => (
          <EventRow key={event.id} event={event} />
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

function EventRow({ event }: { event: AuditEvent }) {
  const [isOpen, setOpen] = useState(false);
  const { id, type, actor, target_id: target, created_at: at, sequence } = event;
  return (
    <>
      <Table.Tr>
        <Table.Td style={{ whiteSpace: 'nowrap' }}>
          <When at={at} />
          <Text size="xs" c="dimmed">
            {EXACT.format(new Date(at))}
          </Text>
        </Table.Td>
        <Table.Td>
          {inWords(type)}
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
            aria-label={`${isOpen ? 'Hide details' : 'Details'} of event ${sequence}`}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? 'Hide' : 'Details'}
          </Button>
        </Table.Td>
      </Table.Tr>
      {isOpen && (
        <Table.Tr id={`${id}-details`}>
          <Table.Td colSpan={5}>
            <Details event={event} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}

function Actor({ actor }: { actor: AuditEvent['actor'] }) {
  const { kind, key_id: keyId, role, user, address } = actor;
  const who = kind === 'key' ? `A key (${role ?? 'unknown role'})` : kind === 'user' ? 'A user' : 'Countersign itself';
  return (
    <Stack gap={0}>
      <Text inherit>{who}</Text>
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

function Details({ event }: { event: AuditEvent }) {
  const { details, actor, id, created_at: at, chain, sequence, hash, previous_hash: previous } = event;
  const text = JSON.stringify(
    { id, created_at: at, details, actor, chain, sequence, previous_hash: previous, hash },
    null,
    2,
  );
  return (
    <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
      {text}
    </Code>
  );
}

/** `key.revoked` as "Key revoked". */
function inWords(type: string): string {
  const words = type.replaceAll(/[._]/g, ' ').replace(/^gpt /, 'GPT ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
