import { Alert, Code, Group, Loader, Stack, Text } from '@mantine/core';

interface VerdictProps {
  title: string;
  tone: 'good' | 'bad' | 'open' | 'quiet';
  diagnosis: string | null;
  code: string | null;
  /** What the end itself says, where no diagnosis says more. */
  error?: { code: string; message: string } | null;
}

const COLOURS = { good: 'teal', bad: 'red', open: 'blue', quiet: 'gray' };

/** How it stands, and what is wrong in plain words with what to change; read out when it changes. */
export function Verdict({ title, tone, diagnosis, code, error }: VerdictProps) {
  const shown = diagnosis && tone === 'good' ? 'yellow' : COLOURS[tone];
  return (
    <Alert
      color={shown}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the component is a div
      role="status"
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
      title={
        <Group gap="xs">
          {tone === 'open' && <Loader size={14} aria-hidden />}
          <span>{title}</span>
        </Group>
      }
    >
      <Stack gap={6}>
        {diagnosis && <Text size="sm">{diagnosis}</Text>}
        {!diagnosis && error && <Text size="sm">{error.message}.</Text>}
        {(code || error) && (
          <Text size="xs">
            {code && (
              <>
                Diagnosis <Code>{code}</Code>{' '}
              </>
            )}
            {error && (
              <>
                Error <Code>{error.code}</Code>
              </>
            )}
          </Text>
        )}
      </Stack>
    </Alert>
  );
}
