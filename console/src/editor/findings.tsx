import { Badge, Box, Group, Paper, Text, UnstyledButton } from '@mantine/core';
import classes from './findings.module.css';

/** Both count from 1. */
export interface Place {
  line: number;
  column: number;
}

export interface Finding {
  severity: 'error' | 'warning';
  message: string;
  pointer: string;
  /** Where it is in the text, if it is not about the whole. */
  place?: Place;
}

const WORDS = { error: 'Problem', warning: 'Warning' };
const COLOURS = { error: 'red', warning: 'yellow' };
const MOST = 200;

/** What is wrong or doubtful, in the order of the lines; each leads to its own. */
export function Findings({ findings, goTo }: { findings: Finding[]; goTo: (place: Place) => void }) {
  if (findings.length === 0) return null;
  return (
    <Paper withBorder>
      <Box component="ul" className={classes['list']} aria-label="Problems and warnings" tabIndex={0}>
        {findings.slice(0, MOST).map((finding) => (
          <li key={`${finding.severity} ${finding.pointer} ${finding.message}`}>
            <FindingLine finding={finding} goTo={goTo} />
          </li>
        ))}
      </Box>
      {findings.length > MOST && (
        <Text size="sm" c="dimmed" p="xs">
          {findings.length - MOST} more are not shown.
        </Text>
      )}
    </Paper>
  );
}

function FindingLine({ finding, goTo }: { finding: Finding; goTo: (place: Place) => void }) {
  const { severity, message, pointer, place } = finding;
  const content = (
    <Group gap="4px 12px" align="flex-start">
      <Badge
        variant="light"
        tt="none"
        color={COLOURS[severity]}
        c={`var(--console-${severity})`}
        className={classes['kind']}
      >
        {WORDS[severity]}
      </Badge>
      <Text size="sm" component="span" className={classes['line']}>
        {place ? `Line ${place.line}` : 'Document'}
      </Text>
      <Text size="sm" component="span" className={classes['message']}>
        {message}
        {pointer !== '' && (
          <Text span c="dimmed" className="mono" display="block">
            {pointer}
          </Text>
        )}
      </Text>
    </Group>
  );
  if (!place) return <div className={classes['finding']}>{content}</div>;
  return (
    <UnstyledButton className={classes['finding']} onClick={() => goTo(place)}>
      {content}
    </UnstyledButton>
  );
}
