import { createHash } from 'node:crypto';

/** Names of functions and arguments that all model vendors accept. */
const PORTABLE_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const MAX_NAME_LENGTH = 64;
const DIGEST_LENGTH = 8;

export function isPortableName(name: string): boolean {
  return PORTABLE_NAME.test(name);
}

/**
 * Maps names to names that all model vendors accept: `notes/list` to `notes_list`, or to `notes_list_1b9f0a4c` with part of a digest if
 * another name would become the same. The result does not depend on the order of the names.
 *
 * @param names unique names
 * @param reserved names that must not be used
 * @returns every name and its portable name, which is the name itself if vendors accept it
 */
export function portableNames(names: Iterable<string>, reserved: readonly string[] = []): Map<string, string> {
  const all = [...names];
  const isKept = (name: string) => isPortableName(name) && !reserved.includes(name);
  if (all.every(isKept)) return new Map(all.map((name) => [name, name]));
  const taken = new Set([...reserved, ...all]);
  const simple = new Map(all.filter((name) => !isKept(name)).map((name) => [name, simplify(name)]));
  const counts = new Map<string, number>();
  for (const name of simple.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
  const aliasOf = (name: string) => {
    const short = simple.get(name);
    if (short === undefined) return name;
    let alias = counts.get(short) === 1 && short.length <= MAX_NAME_LENGTH ? short : withDigest(short, name);
    while (taken.has(alias)) alias = withDigest(short, `${alias} ${name}`);
    return alias;
  };
  return new Map(all.map((name) => [name, aliasOf(name)]));
}

/** Shortens a name and appends part of a digest, which keeps it unique among names with the same beginning. */
export function withDigest(name: string, of: string): string {
  const digest = createHash('sha256').update(of).digest('hex').slice(0, DIGEST_LENGTH);
  return `${name.slice(0, MAX_NAME_LENGTH - DIGEST_LENGTH - 1)}_${digest}`;
}

function simplify(name: string): string {
  const words = name.split(/[^A-Za-z0-9_-]+/).filter((word) => word !== '');
  return words.length === 0 ? 'unnamed' : words.join('_');
}
