import { Alert, Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { messageOf, Problem } from '../api/problem';
import { FieldErrorList } from './field-error-list';

interface FailureProps {
  error: unknown;
  title?: string;
  retry?: () => void;
  retryLabel?: string;
  /** Advice on how to fix it. */
  children?: ReactNode;
}

/** An error, with the request id to look it up in the server's log. */
export function Failure({ error, title = 'Something went wrong', retry, retryLabel, children }: FailureProps) {
  const problem = error instanceof Problem ? error : undefined;
  return (
    <Alert color="red" title={title} role="alert" maw={720} styles={{ title: { color: 'var(--mantine-color-text)' } }}>
      {children && (
        <Text size="sm" mb={4}>
          {children}
        </Text>
      )}
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {capitalized(messageOf(error))}
      </Text>
      {problem && <FieldErrorList errors={problem.errors} />}
      {(retry || problem?.requestId) && (
        <Group gap="sm" mt="xs">
          {retry && (
            <Button size="compact-sm" variant="default" onClick={retry}>
              {retryLabel ?? 'Try again'}
            </Button>
          )}
          {problem?.requestId && (
            <Text size="xs" c="dimmed">
              Request <span className="mono">{problem.requestId}</span>
            </Text>
          )}
        </Group>
      )}
    </Alert>
  );
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
