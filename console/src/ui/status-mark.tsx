import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';

export type Tone = 'good' | 'waiting' | 'bad' | 'over';

const COLOURS: Record<Tone, string> = {
  good: 'var(--console-success)',
  waiting: 'var(--console-warning)',
  bad: 'var(--console-error)',
  over: 'var(--mantine-color-dimmed)',
};

const SHAPES: Record<Tone, string> = {
  good: 'M3.5 8.5l3 3 6-7',
  waiting: 'M8 2.2a5.8 5.8 0 1 0 .01 0M8 5v3.2l2.2 1.5',
  bad: 'M8 3.5v5.5M8 12.4v.1',
  over: 'M4 8h8',
};

/** A state: a word, and a shape of its own, so that no colour is needed to tell. */
export function StatusMark({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <Group gap={6} wrap="nowrap" component="span" display="inline-flex" fz="sm">
      <svg width={16} height={16} viewBox="0 0 16 16" aria-hidden="true" style={{ flex: 'none', color: COLOURS[tone] }}>
        <path d={SHAPES[tone]} fill="none" stroke="currentColor" strokeWidth={2} strokeLinecap="round" />
      </svg>
      <Text inherit span style={{ whiteSpace: 'nowrap' }}>
        {children}
      </Text>
    </Group>
  );
}
