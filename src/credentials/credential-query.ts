/**
 * A URL with a credential's values in its query. Pairs of the same names go, wherever they came from: nothing stands in the credential's
 * place. All others stay as they were written, since a server may care how reserved characters are encoded.
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

/** As a server decodes it. */
function nameOf(pair: string): string {
  const [name = ''] = new URLSearchParams(pair).keys();
  return name;
}
