import { Box, Stack, Text, Title } from '@mantine/core';
import type { Schema } from '../api/types';
import { FindingList } from '../ui/finding-list';
import { plural } from '../ui/plural';
import { exactTime } from '../ui/relative-time';
import type { Finding } from './form-context';
import { inFormWords, LABELS } from './labels';

const ORDER = { error: 0, warning: 1, ok: 2 };

interface CheckFindingsProps {
  check: Schema<'CheckDto'>;
  /** Whether the form was changed since. */
  isOutdated: boolean;
  goTo: (field: string) => void;
}

/** The findings of a provider check, errors first. */
export function CheckFindings({ check, isOutdated, goTo }: CheckFindingsProps) {
  const findings = check.findings.toSorted((one, other) => ORDER[one.status] - ORDER[other.status]);
  return (
    <Stack component="section" gap="sm" aria-labelledby="findings">
      <Box>
        <Title order={2} size="h4" id="findings">
          {summaryOf(findings)}
        </Title>
        <Text size="sm" c="dimmed">
          Checked at {exactTime(check.checked_at)}.{isOutdated && ' You have made changes since. Check again.'}
        </Text>
      </Box>
      <FindingList
        label="Findings"
        findings={findings.map((finding) => ({
          key: `${finding.code} ${finding.field}`,
          severity: finding.status,
          place: finding.field ? (LABELS[finding.field] ?? finding.field) : undefined,
          goTo: finding.field === null ? undefined : () => goTo(finding.field ?? ''),
          content: <FindingDetails finding={finding} />,
        }))}
      />
    </Stack>
  );
}

function FindingDetails({ finding: { status, message, change, detail } }: { finding: Finding }) {
  const attempts = Array.isArray(detail?.['tried']) ? (detail['tried'] as Attempt[]) : [];
  return (
    <>
      {inFormWords(message)}
      {change && (
        <Text size="sm" mt={2}>
          <strong>What to do:</strong> {inFormWords(change)}
        </Text>
      )}
      {attempts.length > 1 && status !== 'ok' && <Attempts attempts={attempts} />}
    </>
  );
}

/** A token request of the check, with its outcome. */
interface Attempt {
  token_exchange_method: string;
  authorization_content_type: string;
  verdict: string;
  said: string | null;
}

function Attempts({ attempts }: { attempts: Attempt[] }) {
  return (
    <Box component="details" mt={4}>
      <summary>Attempted combinations</summary>
      <ul>
        {attempts.map(({ token_exchange_method: method, authorization_content_type: type, verdict, said }) => (
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
    return count === 0 ? [] : [plural(count, status)];
  });
  return counts.length === 0 ? 'No problems found' : `The check found ${counts.join(' and ')}`;
}
