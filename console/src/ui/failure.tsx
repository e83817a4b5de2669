import { Alert, Button, Code, Group, Text } from '@mantine/core';
import { messageOf, Problem } from '../api/problem';

/** What went wrong, with what somebody who helps needs to find it in the log. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = error instanceof Problem ? error : undefined;
  return (
    <Alert
      color="red"
      title="That did not work"
      role="alert"
      maw={720}
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
    >
      <Text size="sm">{messageOf(error)}</Text>
      {problem && problem.errors.length > 0 && (
        <ul>
          {problem.errors.map(({ pointer, message }) => (
            <li key={`${pointer} ${message}`}>
              <Code>{pointer || 'the whole'}</Code> {message}
            </li>
          ))}
        </ul>
      )}
      <Group gap="sm" mt="xs">
        {retry && (
          <Button size="compact-sm" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
        {problem?.requestId && (
          <Text size="xs" c="dimmed">
            Request <span className="mono">{problem.requestId}</span>
          </Text>
        )}
      </Group>
    </Alert>
  );
}
