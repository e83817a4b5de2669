import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Key } from '../queries/keys';
import { RelativeTime } from '../ui/relative-time';
import { StatusMark, type Tone } from '../ui/status-mark';

/** Whether a key is accepted: neither revoked nor expired. */
export function isActive({ revoked_at, expires_at }: Key, now: number): boolean {
  return !revoked_at && !(expires_at && Date.parse(expires_at) <= now);
}

interface KeyStatusProps {
  apiKey: Key;
  now: number;
}

export function KeyStatus({ apiKey, now }: KeyStatusProps) {
  const { revoked_at, replaced_by, expires_at } = apiKey;
  if (revoked_at) {
    return (
      <Status tone="error" label="Revoked">
        <RelativeTime at={revoked_at} />
      </Status>
    );
  }
  if (!isActive(apiKey, now)) return <StatusMark tone="neutral">{replaced_by ? 'Replaced' : 'Expired'}</StatusMark>;
  if (replaced_by) {
    return (
      <Status tone="pending" label="Replaced">
        expires <RelativeTime at={expires_at} />
      </Status>
    );
  }
  return <StatusMark tone="success">Active</StatusMark>;
}

function Status({ tone, label, children }: { tone: Tone; label: string; children: ReactNode }) {
  return (
    <>
      <StatusMark tone={tone}>{label}</StatusMark>
      <Text size="xs" c="dimmed" pl={22} className="nowrap">
        {children}
      </Text>
    </>
  );
}
