import { Anchor, Box, List, Stack, Text, Title } from '@mantine/core';
import type { Schema } from '../api/api';
import type { Finding } from './form-state';
import { inWords, LABELS } from './labels';
import { SeverityMark } from './severity-mark';

const TIME = new Intl.DateTimeFormat('en', { timeStyle: 'medium' });

const ORDER = { error: 0, warning: 1, ok: 2 };

interface FindingsProps {
  check: Schema<'CheckDto'>;
  /** Whether something has been typed since. */
  isOutdated: boolean;
  goTo: (field: string) => void;
}

/** What the check of the provider has found, the worst first. */
export function Findings({ check, isOutdated, goTo }: FindingsProps) {
  const findings = check.findings.toSorted((one, other) => ORDER[one.status] - ORDER[other.status]);
  return (
    <Stack component="section" gap="sm" aria-labelledby="findings">
      <Box>
        <Title order={2} size="h4" id="findings">
          {summaryOf(findings)}
        </Title>
        <Text size="sm" c="dimmed">
          Checked at {TIME.format(new Date(check.checked_at))}.
          {isOutdated && ' You have changed something since: check again.'}
        </Text>
      </Box>
      <List
        listStyleType="none"
        spacing="sm"
        styles={{ itemWrapper: { display: 'block' }, itemLabel: { width: '100%' } }}
      >
        {findings.map((finding) => (
          <List.Item key={`${finding.code} ${finding.field}`}>
            <Found finding={finding} goTo={goTo} />
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}

function Found({
  finding: { status, field, message, change, detail },
  goTo,
}: {
  finding: Finding;
  goTo: FindingsProps['goTo'];
}) {
  const tried = Array.isArray(detail?.['tried']) ? (detail['tried'] as Tried[]) : [];
  return (
    <Box fz="sm" style={{ overflowWrap: 'anywhere' }}>
      <SeverityMark status={status} />{' '}
      {field && (
        <Anchor component="button" type="button" size="sm" fw={600} underline="always" onClick={() => goTo(field)}>
          {LABELS[field] ?? field}
        </Anchor>
      )}
      <Text size="sm" mt={2}>
        {inWords(message)}
      </Text>
      {change && (
        <Text size="sm" mt={2}>
          <strong>What to do:</strong> {inWords(change)}
        </Text>
      )}
      {tried.length > 1 && status !== 'ok' && <Tries tried={tried} />}
    </Box>
  );
}

interface Tried {
  token_exchange_method: string;
  authorization_content_type: string;
  verdict: string;
  said: string | null;
}

function Tries({ tried }: { tried: Tried[] }) {
  return (
    <Box component="details" mt={4}>
      <summary>The ways that were tried</summary>
      <ul>
        {tried.map(({ token_exchange_method: method, authorization_content_type: type, verdict, said }) => (
          <li key={`${method} ${type}`}>
            {method === 'default_post' ? 'Client in the body' : 'Client in the header'},{' '}
            {type.replace('application/', '')}: {verdict.replaceAll('_', ' ')}
            {said && ` (${said})`}
          </li>
        ))}
      </ul>
    </Box>
  );
}

export function summaryOf(findings: Finding[]): string {
  const counts = (['error', 'warning'] as const).flatMap((status) => {
    const count = findings.filter((finding) => finding.status === status).length;
    return count === 0 ? [] : [`${count} ${status}${count === 1 ? '' : 's'}`];
  });
  return counts.length === 0 ? 'All is in order' : `The check has found ${counts.join(' and ')}`;
}
