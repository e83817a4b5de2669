import { infiniteQueryOptions, useMutation } from '@tanstack/react-query';
import { api, send } from '../api/client';
import type { Schema } from '../api/types';
import { byCursor, itemsOf } from './pagination';

export type AuditEvent = Schema<'AuditEventDto'>;

/** `since` and `until` are local times, as a `datetime-local` input has them. */
export interface AuditFilter {
  type?: string;
  actor?: string;
  target_id?: string;
  since?: string;
  until?: string;
  tenant_id?: string;
}

const PAGE_SIZE = 50;

/** The audit log. */
export const auditQueries = {
  /** Events, newest first. */
  list: ({ since, until, ...filter }: AuditFilter) =>
    infiniteQueryOptions({
      ...byCursor,
      queryKey: ['audit-events', 'list', { ...filter, since, until }],
      queryFn: ({ pageParam: cursor, signal }) => {
        const times = { since: instantOf(since), until: instantOf(until) };
        const query = { ...filter, ...times, order: 'desc' as const, limit: PAGE_SIZE, cursor };
        return send(api.GET('/v1/audit-events', { params: { query }, signal }));
      },
      select: itemsOf,
    }),
};

/** A local time as an instant; undefined if it is incomplete. */
function instantOf(local: string | undefined): string | undefined {
  return local && !Number.isNaN(Date.parse(local)) ? new Date(local).toISOString() : undefined;
}

/** Downloads a whole chain of events, regardless of filters: part of a chain cannot be verified. */
export function useExportAuditEvents() {
  return useMutation({
    gcTime: 0,
    mutationFn: (tenantId: string | undefined) =>
      send(
        api.GET('/v1/audit-events/export', { params: { query: { tenant_id: tenantId } }, parseAs: 'blob' }),
      ) as Promise<Blob>,
  });
}
