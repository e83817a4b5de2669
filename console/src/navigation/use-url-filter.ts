import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'wouter';

type Values<Name extends string> = Partial<Record<Name, string>>;

/**
 * A filter that is stored in the page's address, so that it survives a reload and can be linked to.
 *
 * @param names its fields, as the query parameters of the address
 * @returns the fields that are set, and a function that changes some of them; an empty value removes a field
 */
export function useUrlFilter<Name extends string>(
  names: readonly Name[],
): [filter: Values<Name>, change: (changes: Values<Name>) => void] {
  const [search, setSearch] = useSearchParams();
  const text = search.toString();
  const filter = useMemo(() => filterOf(new URLSearchParams(text), names), [text, names]);
  const change = useCallback(
    (changes: Values<Name>) =>
      setSearch(
        (before) => {
          const entries = Object.entries({ ...filterOf(before, names), ...changes }) as [string, string | undefined][];
          return entries.filter((entry): entry is [string, string] => Boolean(entry[1]));
        },
        { replace: true },
      ),
    [setSearch, names],
  );
  return [filter, change];
}

function filterOf<Name extends string>(search: URLSearchParams, names: readonly Name[]): Values<Name> {
  const entries = names.map((name) => [name, search.get(name)] as const).filter(([, value]) => value);
  return Object.fromEntries(entries) as Values<Name>;
}
