import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { all, api, type Schema } from '../api/api';
import { usePages } from '../api/use-pages';

export type Tenant = Schema<'TenantDto'>;
type CreatedTenant = Schema<'CreatedTenantDto'>;

const TENANTS = ['tenants'];

export function useTenants() {
  return usePages<Tenant>(TENANTS, '/v1/tenants?limit=100');
}

/** To choose one of. */
export function useTenantNames() {
  return useQuery({
    queryKey: ['tenant-names'],
    queryFn: ({ signal }) => all<Tenant>('/v1/tenants', signal),
    select: (tenants) => tenants.map(({ id, name, slug }) => ({ value: id, label: `${name} (${slug})` })),
  });
}

function useForget() {
  const queries = useQueryClient();
  return () => Promise.all([TENANTS, ['tenant-names']].map((queryKey) => queries.invalidateQueries({ queryKey })));
}

/** Its answer holds a key: who uses it calls `reset` as soon as that has been shown, and nothing is kept after. */
export function useCreateTenant() {
  const forget = useForget();
  return useMutation({
    gcTime: 0,
    mutationFn: (body: { name: string; slug?: string }) => api.post<CreatedTenant>('/v1/tenants', body),
    onSuccess: forget,
  });
}

export function useDeleteTenant() {
  const forget = useForget();
  return async ({ id }: Tenant) => {
    await api.delete(`/v1/tenants/${encodeURIComponent(id)}`);
    await forget();
  };
}
