import { Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** An empty state: why there is nothing here, and how to change that. */
export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="xl">
      <Stack gap={6} maw={640}>
        <Text fw={600}>{title}</Text>
        <Text c="dimmed" size="sm" component="div">
          {children}
        </Text>
      </Stack>
    </Paper>
  );
}
