import { Alert, Anchor, Code, Group, Loader, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';

export type SummaryTone = 'success' | 'error' | 'pending' | 'neutral';

interface TraceSummaryProps {
  title: string;
  tone: SummaryTone;
  diagnosis: string | null;
  code: string | null;
  /** The error of the sign-in, shown if there is no diagnosis. */
  error?: { code: string; message: string } | null;
  /** The action whose authentication the diagnosis says to change. */
  action: { gpt_id: string; action_id: string };
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

function Reason({
  diagnosis,
  code,
  error,
  action,
}: Pick<TraceSummaryProps, 'diagnosis' | 'code' | 'error' | 'action'>) {
  return (
    <Stack gap={6}>
      <Text size="sm">{diagnosis ?? `${error?.message}.`}</Text>
      {diagnosis && (
        <Text size="sm">
          <Anchor
            component={Link}
            href={`/gpts/${action.gpt_id}/actions/${action.action_id}/authentication`}
            inherit
            underline="always"
          >
            Open the authentication form
          </Anchor>
        </Text>
      )}
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
