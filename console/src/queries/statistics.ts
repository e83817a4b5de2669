import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, send } from '../api/client';
import type { Schema } from '../api/types';

export type Statistics = Schema<'StatisticsDto'>;
export type Counts = Schema<'CountsDto'>;

const HOUR_MS = 3_600_000;

/** Refreshes a query every 30 seconds while its page is visible. */
export const LIVE = {
  refetchInterval: 30_000,
  refetchIntervalInBackground: false,
  placeholderData: keepPreviousData,
} as const;

export const statisticsQueries = {
  /** The statistics of the last `hours` hours. */
  recent: (hours: number) =>
    queryOptions({
      queryKey: ['statistics', 'recent', hours],
      queryFn: ({ signal }) => {
        const since = new Date(Date.now() - hours * HOUR_MS).toISOString();
        return send(api.GET('/v1/statistics', { params: { query: { since } }, signal }));
      },
    }),
};
