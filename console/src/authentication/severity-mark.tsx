import { Box } from '@mantine/core';
import type { Schema } from '../api/api';
import classes from './severity-mark.module.css';

type Status = Schema<'FindingDto'>['status'];

const WORDS: Record<Status, string> = { ok: 'Good', warning: 'Warning', error: 'Error' };

const PATHS: Record<Status, string> = {
  ok: 'M3.5 8.5l3 3 6-7',
  warning: 'M8 4v5M8 11.5v.5',
  error: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
};

/** A severity by a sign and a word; the colour only repeats it. */
export function SeverityMark({ status }: { status: Status }) {
  return (
    <Box component="span" className={classes['mark']} data-status={status}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" focusable="false">
        <path d={PATHS[status]} fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
      </svg>
      {WORDS[status]}
    </Box>
  );
}
