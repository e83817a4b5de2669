import { useQuery } from '@tanstack/react-query';
import { connectionQueries } from '../queries/connections';
import { plural } from './plural';

/** The number of an action's active connections in words, such as "2 connections". Undefined if there are none. */
export function useActiveConnections(actionId: string): string | undefined {
  const active = useQuery(connectionQueries.count({ action_id: actionId, status: 'active' })).data;
  if (!active || active.count === 0) return undefined;
  const text = plural(active.count, 'connection');
  return active.hasMore ? `more than ${text}` : text;
}
