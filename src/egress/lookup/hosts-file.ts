import { addressOf, type LookupAddress } from './lookup-address.js';

/** Parses `/etc/hosts`. @returns addresses by name, in lower case */
export function parseHosts(text: string): ReadonlyMap<string, LookupAddress[]> {
  const hosts = new Map<string, LookupAddress[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    const parsed = addressOf(address);
    if (parsed === undefined) continue;
    for (const name of new Set(names.map((each) => each.toLowerCase().replace(/\.$/, '')))) {
      hosts.set(name, [...(hosts.get(name) ?? []), parsed]);
    }
  }
  return hosts;
}
