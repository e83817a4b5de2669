import { Resolver } from 'node:dns/promises';
import type { LookupAddress } from './lookup-address.js';

/** A lost packet costs two seconds; the connect timeout bounds the lookup. */
const RESOLVER = { timeout: 2_000, tries: 3 };

/** Once one address family has been answered, the time for the answer about the other: some servers never answer about IPv6. */
const OTHER_FAMILY_MS = 1_000;

/** The name does not exist, has no address, or cannot be asked for. */
const NEGATIVE = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME']);

/** The servers do not answer at all, or the lookup was cancelled: further names would fail alike. */
const FINAL = new Set(['ETIMEOUT', 'ECANCELLED', 'ECONNREFUSED']);

/** Returns whether a lookup failed because the name has no address. */
export function isNegative(error: unknown): boolean {
  return NEGATIVE.has((error as NodeJS.ErrnoException).code ?? '');
}

/**
 * Asks the system's DNS servers for the IPv4 and IPv6 addresses of the first name that has any.
 *
 * Has a resolver of its own, because `cancel` ends all queries of a resolver.
 *
 * @param servers instead of the system's, for tests
 * @param signal cancels the queries
 * @throws an error with c-ares's `code`
 */
export async function queryAddresses(
  names: readonly string[],
  servers: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<LookupAddress[]> {
  const resolver = new Resolver(RESOLVER);
  if (servers !== undefined) resolver.setServers(servers);
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await queryFirst(resolver, names, signal);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

async function queryFirst(resolver: Resolver, names: readonly string[], signal: AbortSignal): Promise<LookupAddress[]> {
  let failure: unknown;
  for (const name of names) {
    signal.throwIfAborted();
    const { addresses, error } = await queryBothFamilies(resolver, name);
    if (addresses.length > 0) return addresses;
    if (failure === undefined || isNegative(failure)) failure = error;
    if (FINAL.has((error as NodeJS.ErrnoException).code ?? '')) break;
  }
  throw failure;
}

async function queryBothFamilies(
  resolver: Resolver,
  name: string,
): Promise<{ addresses: LookupAddress[]; error: unknown }> {
  const queries = [resolver.resolve4(name), resolver.resolve6(name)];
  let timer: NodeJS.Timeout | undefined;
  Promise.any(queries).then(
    () => (timer = setTimeout(() => resolver.cancel(), OTHER_FAMILY_MS)),
    () => undefined, // allSettled reports it
  );
  const [four, six] = await Promise.allSettled(queries);
  clearTimeout(timer);
  const errors = [four, six].flatMap((result) => (result?.status === 'rejected' ? [result.reason as unknown] : []));
  return {
    addresses: alternate(valueOf(four), valueOf(six)),
    error: errors.find((error) => !isNegative(error)) ?? errors[0],
  };
}

function valueOf(result: PromiseSettledResult<string[]> | undefined): string[] {
  return result?.status === 'fulfilled' ? result.value : [];
}

/** Alternates the families (RFC 8305, section 4), so that the first attempts cover both. IPv4 comes first: more networks have it. */
function alternate(four: readonly string[], six: readonly string[]): LookupAddress[] {
  const addresses: LookupAddress[] = [];
  for (let index = 0; index < Math.max(four.length, six.length); index++) {
    const [ipv4, ipv6] = [four[index], six[index]];
    if (ipv4 !== undefined) addresses.push({ address: ipv4, family: 4 });
    if (ipv6 !== undefined) addresses.push({ address: ipv6, family: 6 });
  }
  return addresses;
}
