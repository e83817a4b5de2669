import { Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** In the place of what is not there yet: what will be here, and how it comes. */
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
