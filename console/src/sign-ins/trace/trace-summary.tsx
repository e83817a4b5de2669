import { Alert, Code, Group, Loader, Stack, Text } from '@mantine/core';

export type SummaryTone = 'success' | 'error' | 'pending' | 'neutral';

interface TraceSummaryProps {
  title: string;
  tone: SummaryTone;
  diagnosis: string | null;
  code: string | null;
  /** The error of the sign-in, shown if there is no diagnosis. */
  error?: { code: string; message: string } | null;
}

const COLOURS: Record<SummaryTone, string> = { success: 'teal', error: 'red', pending: 'blue', neutral: 'gray' };

/** The state of a sign-in or connection, with the diagnosis and what to change. Changes are announced. */
export function TraceSummary({ title, tone, ...reason }: TraceSummaryProps) {
  return (
    <Alert
      color={reason.diagnosis && tone === 'success' ? 'yellow' : COLOURS[tone]}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the component is a div
      role="status"
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
      title={
        <Group gap="xs">
          {tone === 'pending' && <Loader size={14} aria-hidden />}
          <span>{title}</span>
        </Group>
      }
    >
      {(reason.diagnosis || reason.error) && <Reason {...reason} />}
    </Alert>
  );
}

function Reason({ diagnosis, code, error }: Pick<TraceSummaryProps, 'diagnosis' | 'code' | 'error'>) {
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
