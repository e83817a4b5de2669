import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, send } from '../api/client';
import type { Schema } from '../api/types';
import { byCursor, itemsOf, MAX_PAGE_SIZE, readAll } from './pagination';
import { sessionQueries } from './session';

export type Tenant = Schema<'TenantDto'>;

const PAGE_SIZE = 100;

/** Tenants. */
export const tenantQueries = {
  /** The prefix of every list of tenants. */
  lists: () => ['tenants', 'list'] as const,

  /** Tenants, oldest first, page by page. */
  list: () =>
    infiniteQueryOptions({
      ...byCursor,
      queryKey: [...tenantQueries.lists(), 'pages'],
      queryFn: ({ pageParam: cursor, signal }) =>
        send(api.GET('/v1/tenants', { params: { query: { limit: PAGE_SIZE, cursor } }, signal })),
      select: itemsOf,
    }),

  /** All tenants as the options of a select. */
  options: () =>
    queryOptions({
      queryKey: [...tenantQueries.lists(), 'options'],
      queryFn: ({ signal }) =>
        readAll((cursor) =>
          send(api.GET('/v1/tenants', { params: { query: { limit: MAX_PAGE_SIZE, cursor } }, signal })),
        ),
      select: (tenants) => tenants.map(({ id, name, slug }) => ({ value: id, label: `${name} (${slug})` })),
    }),

  detail: (tenantId: string) =>
    queryOptions({
      queryKey: ['tenants', 'detail', tenantId],
      queryFn: ({ signal }) =>
        send(api.GET('/v1/tenants/{tenant_id}', { params: { path: { tenant_id: tenantId } }, signal })),
    }),
};

/** Creates a tenant. The response contains its admin key: call `reset` once it has been shown, so that nothing keeps it. */
export function useCreateTenant() {
  const queries = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: (body: Schema<'CreateTenantDto'>) => send(api.POST('/v1/tenants', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: tenantQueries.lists() }),
  });
}

/** Creates an admin key for a tenant. The response contains it: call `reset` once it has been shown, so that nothing keeps it. */
export function useCreateAdminKey({ id }: Tenant) {
  return useMutation({
    gcTime: 0,
    mutationFn: (name: string) =>
      send(
        api.POST('/v1/tenants/{tenant_id}/keys', {
          params: { path: { tenant_id: id } },
          body: { role: 'admin', name },
        }),
      ),
  });
}

export function useUpdateTenant(tenantId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schema<'UpdateTenantDto'>) =>
      send(api.PATCH('/v1/tenants/{tenant_id}', { params: { path: { tenant_id: tenantId } }, body })),
    onSuccess: (tenant) => {
      queries.setQueryData(tenantQueries.detail(tenantId).queryKey, tenant);
      // The session shows the tenant's name.
      return queries.invalidateQueries(sessionQueries.current());
    },
  });
}

export function useDeleteTenant({ id }: Tenant) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => send(api.DELETE('/v1/tenants/{tenant_id}', { params: { path: { tenant_id: id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: tenantQueries.lists() }),
  });
}
