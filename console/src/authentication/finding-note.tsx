import { Box } from '@mantine/core';
import type { Schema } from '../api/api';
import { inWords } from './labels';
import { SeverityMark } from './severity-mark';

/** What a check has found, in short, at the field that it is about. */
export function FindingNote({ finding: { status, message, change } }: { finding: Schema<'FindingDto'> }) {
  return (
    <Box
      component="span"
      display="block"
      mt={6}
      fz="sm"
      c="var(--mantine-color-text)"
      style={{ overflowWrap: 'anywhere' }}
    >
      <SeverityMark status={status} /> {inWords(message)} {change && inWords(change)}
    </Box>
  );
}
