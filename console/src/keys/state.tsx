import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { StatusMark, type Tone } from '../ui/status-mark';
import { When } from '../ui/when';
import type { Key } from './queries';

/** Whether a key works, and could be replaced. */
export function isUsable({ revoked_at, expires_at }: Key, now: number): boolean {
  return !revoked_at && !(expires_at && Date.parse(expires_at) <= now);
}

export function KeyState({ of: key, now }: { of: Key; now: number }) {
  if (key.revoked_at) {
    return (
      <State tone="bad" word="Revoked">
        <When at={key.revoked_at} />
      </State>
    );
  }
  if (!isUsable(key, now)) return <StatusMark tone="over">{key.replaced_by ? 'Replaced' : 'Expired'}</StatusMark>;
  if (key.replaced_by) {
    return (
      <State tone="waiting" word="Replaced">
        ends <When at={key.expires_at} />
      </State>
    );
  }
  return <StatusMark tone="good">Works</StatusMark>;
}

function State({ tone, word, children }: { tone: Tone; word: string; children: ReactNode }) {
  return (
    <>
      <StatusMark tone={tone}>{word}</StatusMark>
      <Text size="xs" c="dimmed" pl={22} style={{ whiteSpace: 'nowrap' }}>
        {children}
      </Text>
    </>
  );
}
