import { queryOptions, useMutation } from '@tanstack/react-query';
import { api, send } from '../api/client';
import type { Schema } from '../api/types';
import { MAX_PAGE_SIZE, readAll } from './pagination';

export type Provider = Schema<'ProviderDto'>;
export type Discovered = Schema<'DiscoveredDto'>;

/** Provider presets. They change only with the server. */
export const providerQueries = {
  list: () =>
    queryOptions({
      queryKey: ['providers', 'list'],
      staleTime: Infinity,
      queryFn: ({ signal }) =>
        readAll((cursor) =>
          send(api.GET('/v1/providers', { params: { query: { limit: MAX_PAGE_SIZE, cursor } }, signal })),
        ),
    }),

  /** The ids of the presets that fit a domain. */
  suggested: (domain: string) =>
    queryOptions({
      queryKey: ['providers', 'suggested', domain],
      staleTime: Infinity,
      queryFn: async ({ signal }) => {
        const { data } = await send(api.GET('/v1/providers', { params: { query: { domain } }, signal }));
        return data.map(({ id }) => id);
      },
    }),
};

/** Reads an issuer's metadata. */
export function useDiscover() {
  return useMutation({
    gcTime: 0,
    mutationFn: (body: Schema<'DiscoverDto'>) => send(api.POST('/v1/oauth/discover', { body })),
  });
}
