import { Alert } from '@mantine/core';
import type { ReactNode } from 'react';

/** What should be known before going on. */
export function Caution({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Alert color="yellow" title={title} styles={{ title: { color: 'var(--console-warning)' } }}>
      {children}
    </Alert>
  );
}
