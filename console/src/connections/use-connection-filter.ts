import { useMemo } from 'react';
import { useUrlFilter } from '../navigation/use-url-filter';
import type { ConnectionFilter } from '../queries/connections';
import { isStatus } from './connection-status';

const FIELDS = ['user_prefix', 'gpt_id', 'action_id', 'status'] as const;

/** The filter in the page's address. An unknown status is ignored. */
export function useConnectionFilter(): [ConnectionFilter, (changes: ConnectionFilter) => void] {
  const [values, change] = useUrlFilter(FIELDS);
  const filter = useMemo(() => {
    const { status, ...others } = values;
    return isStatus(status) ? { ...others, status } : others;
  }, [values]);
  return [filter, change];
}
