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
export function Verdict({ title, tone, ...why }: VerdictProps) {
  return (
    <Alert
      color={why.diagnosis && tone === 'good' ? 'yellow' : COLOURS[tone]}
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
      {(why.diagnosis || why.error) && <Why {...why} />}
    </Alert>
  );
}

function Why({ diagnosis, code, error }: Pick<VerdictProps, 'diagnosis' | 'code' | 'error'>) {
  return (
    <Stack gap={6}>
      <Text size="sm">{diagnosis ?? `${error?.message}.`}</Text>
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
    </Stack>
  );
}
