import { Box } from '@mantine/core';
import { SeverityMark } from '../ui/finding-list';
import { inFormWords } from './labels';
import type { Schema } from '../api/types';

/** A finding of the provider check, below the field that it is about. */
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
      <SeverityMark severity={status} /> {inFormWords(message)} {change && inFormWords(change)}
    </Box>
  );
}
