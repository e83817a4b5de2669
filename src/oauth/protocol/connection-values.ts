import { compileWholeMatch, type WholeMatch } from '@countersign/openapi';
import { getDomain } from 'tldts';
import { fieldsOf, resolvePointer } from './token-body.js';

/** A value that a provider returns with a sign-in and that calls need, such as the host of the user's instance. */
export interface ConnectionValue {
  /** The name in `{connection.<name>}`. */
  name: string;
  from: 'token' | 'callback';
  /** JSON pointer into the token response, or into the parameters of the callback. */
  pointer: string;
  /** Matches the whole value; its first group, if any, is what is stored. */
  pattern: string;
}

/** The settings that decide which values are stored, and where they may lead. */
export interface ValueRules {
  connection_values?: readonly ConnectionValue[];
  /** Hosts, or `*.` and a domain. */
  allowed_hosts?: readonly string[];
  /** The server URL of the action, with `{connection.<name>}` for values. */
  serverUrl?: string;
}

/** The stored values of a connection by name. */
export type ConnectionValues = Readonly<Record<string, string>>;

/** Values come through the user's browser; real ones are short. */
const MAX_LENGTH = 500;

const PLACEHOLDER = /\{connection\.([^{}]*)\}/g;
const ENCODED_PLACEHOLDER = /%7Bconnection\.([^{}/]*?)%7D/gi;

/** Visible characters and inner spaces (RFC 9110, section 5.5). */
const HEADER_VALUE = /^[\x21-\x7e\x80-\xff]([\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?$/;

/** Labels of a domain name (RFC 1123, section 2.1). */
const DNS_LABELS = /^(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*$/i;

/** A value is missing, does not match its pattern, or leads to a host that is not allowed. The message does not contain the value. */
export class ConnectionValueRefusedError extends Error {
  constructor(
    readonly valueName: string,
    reason: string,
  ) {
    super(`the connection value "${valueName}" ${reason}`);
    this.name = 'ConnectionValueRefusedError';
  }
}

/**
 * Reads the values of one source.
 *
 * @param source the body of a token response, or the parameters of a callback
 * @throws {ConnectionValueRefusedError} a value is missing or does not match its pattern
 */
export function readConnectionValues(
  { connection_values = [] }: ValueRules,
  from: ConnectionValue['from'],
  source: unknown,
): ConnectionValues {
  const wanted = connection_values.filter((value) => value.from === from);
  return Object.fromEntries(wanted.map((value) => [value.name, readValue(value, source)]));
}

function readValue({ name, from, pointer, pattern }: ConnectionValue, source: unknown): string {
  const found = resolvePointer(from === 'token' ? source : fieldsOf(source), pointer);
  const text = typeof found === 'number' ? String(found) : found;
  if (typeof text !== 'string' || text === '') throw new ConnectionValueRefusedError(name, 'is missing');
  if (text.length > MAX_LENGTH) throw new ConnectionValueRefusedError(name, 'is too long');
  const value = matcherOf(pattern)(text);
  if (!value) throw new ConnectionValueRefusedError(name, 'does not match its pattern');
  if (!HEADER_VALUE.test(value)) throw new ConnectionValueRefusedError(name, 'contains control characters');
  return value;
}

/** Compiling a pattern takes longer than a match. */
const MATCHERS = new Map<string, WholeMatch>();
const MAX_MATCHERS = 1000;

function matcherOf(pattern: string): WholeMatch {
  const known = MATCHERS.get(pattern);
  if (known) return known;
  if (MATCHERS.size >= MAX_MATCHERS) MATCHERS.clear();
  const matcher = compileWholeMatch(pattern);
  MATCHERS.set(pattern, matcher);
  return matcher;
}

/**
 * Returns the server URL of a connection.
 *
 * @throws {ConnectionValueRefusedError} a value is missing, is not made of DNS labels where it is part of the host, would change the path, or
 *   the host is not one of `allowed_hosts`
 */
export function connectionServerUrl(
  { serverUrl = '', allowed_hosts = [] }: ValueRules,
  values: ConnectionValues,
): string {
  if (!usesConnectionValues(serverUrl)) return serverUrl;
  const [, scheme = '', host = '', path = ''] = /^([a-z]+:\/\/)([^/]*)(.*)$/i.exec(serverUrl) ?? [];
  const names = [...host.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
  const realHost = host.replaceAll(PLACEHOLDER, (_, name: string) => {
    const value = valueOf(values, name);
    if (!DNS_LABELS.test(value)) throw new ConnectionValueRefusedError(name, 'is not part of a host name');
    return value.toLowerCase();
  });
  if (names.length > 0 && !isAllowedHost(realHost, allowed_hosts)) {
    throw new ConnectionValueRefusedError(names[0] ?? '', 'leads to a host that is not one of allowed_hosts');
  }
  const realPath = path.replaceAll(ENCODED_PLACEHOLDER, (_, name: string) => {
    const value = valueOf(values, name);
    if (/^\.+$/.test(value)) throw new ConnectionValueRefusedError(name, 'would change the path');
    return encodeURIComponent(value);
  });
  return scheme + realHost + realPath;
}

/** Replaces `{connection.<name>}` in a header value. @throws {ConnectionValueRefusedError} a value is missing */
export function fillConnectionValues(text: string, values: ConnectionValues): string {
  return text.replaceAll(PLACEHOLDER, (_, name: string) => valueOf(values, name));
}

/** Names that a text uses, in lower case: hosts do not keep the case. */
export function connectionValueNames(text: string): string[] {
  const decoded = text.replaceAll(/%7B/gi, '{').replaceAll(/%7D/gi, '}');
  return [...decoded.matchAll(PLACEHOLDER)].map(([, name = '']) => name.toLowerCase());
}

export function usesConnectionValues(text: string): boolean {
  return connectionValueNames(text).length > 0;
}

/**
 * Returns the values after a refresh: those that it returned, under the same checks as at the sign-in, and otherwise the stored ones. A refresh
 * does not fail for a value, because its tokens would be lost.
 *
 * @param source the body of the token response
 */
export function refreshedConnectionValues(rules: ValueRules, source: unknown): ConnectionValues {
  const { connection_values = [] } = rules;
  const single = connection_values.flatMap((value) => {
    try {
      return Object.entries(readConnectionValues({ connection_values: [value] }, 'token', source));
    } catch (error) {
      if (error instanceof ConnectionValueRefusedError) return [];
      throw error;
    }
  });
  return Object.fromEntries(single);
}

/** Merges the values of a refresh into the stored ones, unless the result would lead to a host that is not allowed. */
export function mergedConnectionValues(
  rules: ValueRules,
  stored: ConnectionValues | undefined,
  refreshed: ConnectionValues | undefined,
): ConnectionValues | undefined {
  if (!refreshed) return stored;
  const merged = { ...stored, ...refreshed };
  try {
    connectionServerUrl(rules, merged);
    return merged;
  } catch (error) {
    if (error instanceof ConnectionValueRefusedError) return stored;
    throw error;
  }
}

/** Says what is wrong with an entry of `allowed_hosts`: a host name or `*.` and a domain, but no address and no public suffix. */
export function allowedHostProblem(entry: string): string | undefined {
  const host = entry.replace(/^\*\./, '');
  if (!DNS_LABELS.test(host)) return 'is not a host name, or *. and a domain';
  if (/^[\d.]+$/.test(host)) return 'is an address';
  if (getDomain(host, { allowPrivateDomains: true }) === null)
    return 'is a public suffix, below which anyone can have a name';
  return undefined;
}

function isAllowedHost(host: string, allowed: readonly string[]): boolean {
  const name = host.replace(/:\d+$/, '');
  if (name.length > 253) return false;
  return allowed.some((entry) => {
    const expected = entry.toLowerCase();
    return expected.startsWith('*.')
      ? name.endsWith(expected.slice(1)) && name.length >= expected.length
      : name === expected;
  });
}

function valueOf(values: ConnectionValues, name: string): string {
  const [, value] = Object.entries(values).find(([known]) => known.toLowerCase() === name.toLowerCase()) ?? [];
  if (value === undefined) throw new ConnectionValueRefusedError(name, 'is not stored; the user has to sign in again');
  return value;
}
