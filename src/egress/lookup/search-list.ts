/** The part of `/etc/resolv.conf` that c-ares does not apply to its queries. */
export interface SearchList {
  readonly domains: readonly string[];
  /** A name with fewer dots is tried in the domains first. */
  readonly ndots: number;
}

/** Parses `/etc/resolv.conf`, see resolv.conf(5). The last `search` or `domain` line counts. */
export function parseSearchList(text: string): SearchList {
  let domains: string[] = [];
  let ndots = 1;
  for (const line of text.split('\n')) {
    const [keyword, ...values] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    if (keyword === 'search') domains = values;
    else if (keyword === 'domain') domains = values.slice(0, 1);
    else if (keyword === 'options') ndots = readNdots(values) ?? ndots;
  }
  return { domains: domains.map((domain) => domain.replace(/\.$/, '')).filter((domain) => domain !== ''), ndots };
}

function readNdots(options: readonly string[]): number | undefined {
  const digits = options.map((option) => /^ndots:(\d{1,2})$/.exec(option)?.[1]).findLast((each) => each !== undefined);
  return digits === undefined ? undefined : Number(digits);
}

/** Returns the names to ask for, in order. */
export function candidateNames(name: string, { domains, ndots }: SearchList): string[] {
  const inDomains = domains.map((domain) => `${name}.${domain}`);
  const dots = name.split('.').length - 1;
  return dots >= ndots ? [name, ...inDomains] : [...inDomains, name];
}
