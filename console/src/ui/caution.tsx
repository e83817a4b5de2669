import { Alert } from '@mantine/core';
import type { ReactNode } from 'react';

/** A warning, placed above the action that it is about. */
export function Caution({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Alert color="yellow" title={title} styles={{ title: { color: 'var(--console-warning)' } }}>
      {children}
    </Alert>
  );
}
