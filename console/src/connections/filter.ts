import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'wouter';

const NAMES = ['user_prefix', 'gpt_id', 'action_id', 'status'] as const;

type Name = (typeof NAMES)[number];

/** Which connections are looked at. It stands in the page's address, so that a link can lead to some of them. */
export type Filter = Partial<Record<Name, string>>;

export function useFilter(): [filter: Filter, change: (changes: Filter) => void] {
  const [search, setSearch] = useSearchParams();
  const text = search.toString();
  const filter = useMemo(() => filterIn(new URLSearchParams(text)), [text]);
  const change = useCallback(
    (changes: Filter) => setSearch((before) => queryOf({ ...filterIn(before), ...changes }), { replace: true }),
    [setSearch],
  );
  return [filter, change];
}

function filterIn(search: URLSearchParams): Filter {
  return Object.fromEntries(NAMES.flatMap((name) => (search.get(name) ? [[name, search.get(name)]] : [])));
}

/** As the API takes it: what is not named is left out. */
export function queryOf(filter: Filter): URLSearchParams {
  return new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== undefined && value !== ''));
}

/** What `POST /v1/connections/revoke` is to end: what the filter shows. Without a GPT or an action that is a part of all. */
export function scopeOf(filter: Filter): Record<string, string | boolean> {
  const named = Object.fromEntries(queryOf(filter));
  return filter.gpt_id || filter.action_id ? named : { ...named, all: true };
}
