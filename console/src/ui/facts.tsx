import type { ReactNode } from 'react';
import classes from './facts.module.css';

interface FactsProps {
  /** Names and values; empty values are omitted. */
  facts: [name: string, value: ReactNode][];
  /** Sets values in a monospaced font. */
  isMono?: boolean;
}

/** Names and values, in two columns. */
export function Facts({ facts, isMono = false }: FactsProps) {
  const shown = facts.filter(([, value]) => value !== '' && value !== false && value !== null && value !== undefined);
  if (shown.length === 0) return null;
  return (
    <dl className={classes['facts']}>
      {shown.map(([name, value], index) => (
        // Names may repeat, such as in a form; their order does not change.
        <div key={`${name} ${index}`} className={classes['fact']}>
          <dt>{name}</dt>
          <dd className={isMono ? 'mono' : undefined}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
