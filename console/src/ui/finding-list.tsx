import { Anchor, Box, Group, Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './finding-list.module.css';
import { StatusMark } from './status-mark';

export type Severity = 'ok' | 'warning' | 'error';

const TONES = { ok: 'success', warning: 'warning', error: 'error' } as const;
const LABELS: Record<Severity, string> = { ok: 'OK', warning: 'Warning', error: 'Error' };

const MAX_SHOWN = 200;

export interface ListedFinding {
  key: string;
  severity: Severity;
  /** The place that the finding is about, such as a line or a field. */
  place?: string;
  /** Moves the focus to that place. */
  goTo?: () => void;
  content: ReactNode;
}

/** The severity of a finding. */
export function SeverityMark({ severity }: { severity: Severity }) {
  return (
    <StatusMark tone={TONES[severity]} isStrong>
      {LABELS[severity]}
    </StatusMark>
  );
}

/** The findings of a check. A finding links to its place. */
export function FindingList({ label, findings }: { label: string; findings: ListedFinding[] }) {
  if (findings.length === 0) return null;
  return (
    <Paper withBorder>
      <Box component="ul" className={classes['list']} aria-label={label} tabIndex={0}>
        {findings.slice(0, MAX_SHOWN).map((finding) => (
          <li key={finding.key}>
            <FindingRow {...finding} />
          </li>
        ))}
      </Box>
      {findings.length > MAX_SHOWN && (
        <Text size="sm" c="dimmed" p="xs">
          {findings.length - MAX_SHOWN} more are not shown.
        </Text>
      )}
    </Paper>
  );
}

function FindingRow({ severity, place, goTo, content }: ListedFinding) {
  return (
    <Group gap="4px 12px" align="flex-start" className={classes['finding']}>
      <Box component="span" className={classes['mark']}>
        <SeverityMark severity={severity} />
      </Box>
      {place !== undefined && (
        <Box component="span" fz="sm" className={classes['place']}>
          {goTo ? (
            <Anchor component="button" type="button" size="sm" underline="always" onClick={goTo}>
              {place}
            </Anchor>
          ) : (
            place
          )}
        </Box>
      )}
      <Box fz="sm" className={classes['content']}>
        {content}
      </Box>
    </Group>
  );
}
