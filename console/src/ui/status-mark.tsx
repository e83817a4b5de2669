import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';

export type Tone = 'success' | 'pending' | 'warning' | 'error' | 'neutral';

const COLOURS: Record<Tone, string> = {
  success: 'var(--console-success)',
  pending: 'var(--console-warning)',
  warning: 'var(--console-warning)',
  error: 'var(--console-error)',
  neutral: 'var(--mantine-color-dimmed)',
};

/** A tick, a clock, an exclamation mark, a cross and a dash. */
const SHAPES: Record<Tone, string> = {
  success: 'M3.5 8.5l3 3 6-7',
  pending: 'M8 2.2a5.8 5.8 0 1 0 .01 0M8 5v3.2l2.2 1.5',
  warning: 'M8 3.5v5.5M8 12.4v.1',
  error: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
  neutral: 'M4 8h8',
};

interface StatusMarkProps {
  tone: Tone;
  /** Colours the words as well, for marks within a text. */
  isStrong?: boolean;
  children: ReactNode;
}

/** A status in words, with a symbol of its own, so that it does not depend on colour. */
export function StatusMark({ tone, isStrong = false, children }: StatusMarkProps) {
  const colour = COLOURS[tone];
  return (
    <Group
      gap={6}
      wrap="nowrap"
      component="span"
      display="inline-flex"
      fz="sm"
      style={{ verticalAlign: 'text-bottom' }}
    >
      <svg width={16} height={16} viewBox="0 0 16 16" aria-hidden="true" style={{ flex: 'none', color: colour }}>
        <path d={SHAPES[tone]} fill="none" stroke="currentColor" strokeWidth={2} strokeLinecap="round" />
      </svg>
      <Text inherit span className="nowrap" fw={isStrong ? 600 : undefined} c={isStrong ? colour : undefined}>
        {children}
      </Text>
    </Group>
  );
}
