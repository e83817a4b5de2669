import { useState } from 'react';
import type { Schema } from '../api/types';
import { fieldErrors } from '../api/problem';
import { useUpdateTenant, type Tenant } from '../queries/tenants';

type Changes = Schema<'UpdateTenantDto'>;

/** The form's values: one member per field of the tenant that can be changed, as its input holds it. */
export interface Fields {
  name: string;
  slug: string;
  /** One origin per line. */
  return_url_origins: string;
  allowed_origins: string;
  user_verification: Tenant['user_verification'];
  user_verification_url: string;
  oauth_domain_rule: Tenant['oauth_domain_rule'];
  allow_skipping_confirmation: boolean;
  /** A data URL, or empty. */
  logo: string;
  accent_color: string;
}

function fieldsOf(tenant: Tenant): Fields {
  return {
    name: tenant.name,
    slug: tenant.slug,
    return_url_origins: tenant.return_url_origins.join('\n'),
    allowed_origins: tenant.allowed_origins.join('\n'),
    user_verification: tenant.user_verification,
    user_verification_url: tenant.user_verification_url ?? '',
    oauth_domain_rule: tenant.oauth_domain_rule,
    allow_skipping_confirmation: tenant.allow_skipping_confirmation,
    logo: tenant.logo ?? '',
    accent_color: tenant.accent_color ?? '',
  };
}

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
  return text.split(/[\s,]+/).filter(Boolean);
}

/** Only the fields that differ, so that concurrent changes of other fields are kept. */
function changesBetween(before: Fields, now: Fields): Changes {
  const body = bodyOf(now);
  const changed = (Object.keys(body) as (keyof Fields)[]).filter((field) => before[field] !== now[field]);
  return Object.fromEntries(changed.map((field) => [field, body[field]]));
}

type TextName = { [F in keyof Fields]: Fields[F] extends string ? F : never }[keyof Fields];

/** The state of the settings form. */
export function useSettingsForm(tenant: Tenant) {
  const [stored, setStored] = useState(() => fieldsOf(tenant));
  const [fields, setFields] = useState(stored);
  const update = useUpdateTenant(tenant.id);
  const changes = changesBetween(stored, fields);
  const errors = fieldErrors(update.error);
  const set = (part: Partial<Fields>) => setFields({ ...fields, ...part });
  const save = (onSaved: () => void) =>
    update.mutate(changes, {
      onSuccess: (saved) => {
        setStored(fieldsOf(saved));
        setFields(fieldsOf(saved));
        onSaved();
      },
    });
  /** The props of a text input. */
  const text = (name: TextName) => ({
    value: fields[name] as string,
    error: errors[name],
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) => set({ [name]: currentTarget.value }),
  });
  const reset = () => {
    setFields(stored);
    update.reset();
  };
  const isChanged = Object.keys(changes).length > 0;
  return { fields, set, text, save, reset, errors, error: update.error, isSaving: update.isPending, isChanged };
}

export type SettingsForm = ReturnType<typeof useSettingsForm>;
