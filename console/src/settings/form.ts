import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../api/api';
import { fieldMistakes } from '../api/problem';

type Tenant = Schema<'TenantDto'>;
type Changes = Schema<'UpdateTenantDto'>;

/** What the form holds: a member for each field of the tenant that can be changed, as its control has it. */
export interface Fields {
  name: string;
  slug: string;
  /** One a line. */
  return_url_origins: string;
  allowed_origins: string;
  user_verification: Tenant['user_verification'];
  user_verification_url: string;
  oauth_domain_rule: Tenant['oauth_domain_rule'];
  /** A data URL, or empty. */
  logo: string;
  accent_color: string;
}

export function fieldsOf(tenant: Tenant): Fields {
  return {
    name: tenant.name,
    slug: tenant.slug,
    return_url_origins: tenant.return_url_origins.join('\n'),
    allowed_origins: tenant.allowed_origins.join('\n'),
    user_verification: tenant.user_verification,
    user_verification_url: tenant.user_verification_url ?? '',
    oauth_domain_rule: tenant.oauth_domain_rule,
    logo: tenant.logo ?? '',
    accent_color: tenant.accent_color ?? '',
  };
}

/** As the API takes them. */
function bodyOf(fields: Fields): Required<Changes> {
  return {
    ...fields,
    return_url_origins: lines(fields.return_url_origins),
    allowed_origins: lines(fields.allowed_origins),
    user_verification_url: fields.user_verification_url.trim() || null,
    logo: fields.logo || null,
    accent_color: fields.accent_color.trim() || null,
  };
}

function lines(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .map((line) => line.trim())
    .filter(Boolean);
}

/** Those fields that differ, and no other: whoever else changed one meanwhile keeps their change. */
export function changesOf(before: Fields, now: Fields): Partial<Changes> {
  const body = bodyOf(now);
  const changed = (Object.keys(body) as (keyof Fields)[]).filter((field) => before[field] !== now[field]);
  return Object.fromEntries(changed.map((field) => [field, body[field]]));
}

export function useTenant(id: string) {
  return useQuery({
    queryKey: ['tenant', id],
    queryFn: ({ signal }) => api.get<Tenant>(`/v1/tenants/${encodeURIComponent(id)}`, signal),
    // What is being edited does not change under the hands.
    refetchOnWindowFocus: false,
  });
}

/** The form's state: what was read, what is written now, and what the API says of it. */
export function useForm(tenant: Tenant) {
  const queries = useQueryClient();
  const [before, setBefore] = useState(() => fieldsOf(tenant));
  const [fields, setFields] = useState(before);
  const changes = changesOf(before, fields);
  const save = useMutation({
    mutationFn: () => api.patch<Tenant>(`/v1/tenants/${encodeURIComponent(tenant.id)}`, changes),
    onSuccess: (saved) => {
      queries.setQueryData(['tenant', tenant.id], saved);
      void queries.invalidateQueries({ queryKey: ['session'] });
      setBefore(fieldsOf(saved));
      setFields(fieldsOf(saved));
    },
  });
  const mistakes = fieldMistakes(save.error);
  const set = (part: Partial<Fields>) => setFields({ ...fields, ...part });
  /** What a control for that text needs. */
  const text = (name: { [F in keyof Fields]: Fields[F] extends string ? F : never }[keyof Fields]) => ({
    value: fields[name] as string,
    error: mistakes[name],
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) => set({ [name]: currentTarget.value }),
  });
  const reset = () => {
    setFields(before);
    save.reset();
  };
  return { fields, set, text, save, mistakes, reset, isChanged: Object.keys(changes).length > 0 };
}

export type Form = ReturnType<typeof useForm>;
