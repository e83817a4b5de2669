import { Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';

interface PageTitleProps {
  title: string;
  text?: ReactNode;
  /** Buttons at the side. */
  children?: ReactNode;
}

/** The heading of a page, which is the document's title too. */
export function PageTitle({ title, text, children }: PageTitleProps) {
  useEffect(() => {
    document.title = `${title} · Countersign`;
  }, [title]);
  return (
    <Group justify="space-between" align="flex-start" mb="lg" gap="sm">
      <Stack gap={2}>
        <Title order={1} size="h2">
          {title}
        </Title>
        {text && (
          <Text c="dimmed" size="sm">
            {text}
          </Text>
        )}
      </Stack>
      {children && <Group gap="sm">{children}</Group>}
    </Group>
  );
}
