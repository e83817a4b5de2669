/**
 * Adds a credential's query parameters to a URL. Existing parameters of the same name are removed, so that an argument cannot replace
 * the credential. All others keep their encoding, because servers may distinguish encodings of reserved characters.
 */
export function withCredentialQuery(url: string, query: Readonly<Record<string, string>> = {}): string {
  const names = Object.keys(query);
  if (names.length === 0) return url;
  const carried = new URL(url);
  const others = carried.search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '' && !names.includes(nameOf(pair)));
  carried.search = [...others, new URLSearchParams(query).toString()].join('&');
  return carried.href;
}

/** Decodes a query parameter name as servers do. */
function nameOf(pair: string): string {
  const [name = ''] = new URLSearchParams(pair).keys();
  return name;
}
