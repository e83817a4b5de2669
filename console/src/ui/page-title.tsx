import { Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { takeHeadingFocus } from '../navigation/history';

interface PageTitleProps {
  title: string;
  description?: ReactNode;
  /** Buttons beside the title. */
  children?: ReactNode;
}

/** The page's heading and document title. It takes the focus after a navigation, so that screen readers announce the page. */
export function PageTitle({ title, description, children }: PageTitleProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Countersign`;
  }, [title]);
  useEffect(() => {
    if (takeHeadingFocus()) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <Group justify="space-between" align="flex-start" mb="lg" gap="sm">
      <Stack gap={2}>
        <Title order={1} size="h2" tabIndex={-1} ref={heading} className="page-title">
          {title}
        </Title>
        {description && (
          <Text c="dimmed" size="sm" component="div">
            {description}
          </Text>
        )}
      </Stack>
      {children && <Group gap="sm">{children}</Group>}
    </Group>
  );
}
