import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { all, api, type Page, type Schema } from '../api/api';

export type Statistics = Schema<'StatisticsDto'>;
export type Counts = Schema<'CountsDto'>;

export const RANGES = [
  { value: '1h', label: '1 hour', hours: 1 },
  { value: '24h', label: '24 hours', hours: 24 },
  { value: '7d', label: '7 days', hours: 168 },
  { value: '30d', label: '30 days', hours: 720 },
] as const;

export type Range = (typeof RANGES)[number];

const RELOAD_MS = 30_000;

/** Read anew every half minute, while somebody looks. */
const LIVE = { refetchInterval: RELOAD_MS, refetchIntervalInBackground: false, placeholderData: keepPreviousData };

export function useStatistics({ value, hours }: Range) {
  return useQuery({
    ...LIVE,
    queryKey: ['statistics', value],
    queryFn: ({ signal }) => {
      const since = new Date(Date.now() - hours * 3_600_000).toISOString();
      return api.get<Statistics>(`/v1/statistics?${new URLSearchParams({ since })}`, signal);
    },
  });
}

export function useGptCount() {
  return useQuery({
    ...LIVE,
    queryKey: ['gpts'],
    queryFn: ({ signal }) => all<Schema<'GptDto'>>('/v1/gpts', signal),
    select: ({ length }) => length,
  });
}

const COUNTED = 200;

/** Connections whose users have to sign in again; beyond a page of them it is known that there are more. */
export function useReconnects() {
  return useQuery({
    ...LIVE,
    queryKey: ['connections', 'reconnects'],
    queryFn: ({ signal }) =>
      api.get<Page<Schema<'ConnectionDto'>>>(`/v1/connections?status=reconnect_required&limit=${COUNTED}`, signal),
    select: ({ data, next_cursor }) => ({ count: data.length, isMore: next_cursor !== null }),
  });
}
