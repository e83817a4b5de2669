import { useMutation } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { api, type Schema } from '../api/api';
import { usePages } from '../api/use-pages';

export type AuditEvent = Schema<'AuditEventDto'>;

const FIELDS = ['type', 'actor', 'target_id', 'since', 'until', 'tenant_id'] as const;

/** As the API names them; `since` and `until` are local, as their fields hold them. */
export type Filter = Partial<Record<(typeof FIELDS)[number], string>>;

/** Stands in the address, so that it can be kept and shared. */
export function useFilter(): [Filter, (changes: Filter) => void] {
  const [search, setSearch] = useSearchParams();
  const filter = useMemo(
    () => Object.fromEntries(FIELDS.flatMap((field) => (search.get(field) ? [[field, search.get(field)]] : []))),
    [search],
  );
  const change = (changes: Filter) => {
    setSearch(
      (current) => {
        const next = new URLSearchParams(current);
        for (const [field, value] of Object.entries(changes)) {
          if (value) next.set(field, value);
          else next.delete(field);
        }
        return next;
      },
      { replace: true },
    );
  };
  return [filter, change];
}

export function useEvents(filter: Filter) {
  const query = new URLSearchParams({ order: 'desc', limit: '50' });
  for (const [field, value] of Object.entries(filter)) {
    if (!value) continue;
    const isTime = field === 'since' || field === 'until';
    if (!isTime) query.set(field, value);
    else if (!Number.isNaN(Date.parse(value))) query.set(field, new Date(value).toISOString());
  }
  return usePages<AuditEvent>(['audit', filter], `/v1/audit-events?${query}`);
}

/** All events of the chain as a file, whatever the filter: a part of a chain proves nothing. */
export function useExport(chain: string, tenantId: string | undefined) {
  return useMutation({
    gcTime: 0,
    mutationFn: async () => {
      const query = tenantId ? `?${new URLSearchParams({ tenant_id: tenantId })}` : '';
      save(await api.download(`/v1/audit-events/export${query}`), `audit-${chain}.jsonl`);
    },
  });
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
