import { createHash } from 'node:crypto';

/** What all model vendors take as the name of a function, and of what it is given. */
const COMMON_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const LONGEST = 64;
const DIGEST_CHARACTERS = 8;

export function isCommonName(name: string): boolean {
  return COMMON_NAME.test(name);
}

/**
 * Gives names that models take in place of those that they do not: `notes/list` is `notes_list`, and with the beginning of its digest
 * `notes_list_1b9f0a4c` only where another name would be the same. What is called what does not depend on the order of the names.
 *
 * @param names each once
 * @param reserved names that must not be given to any
 * @returns every name with the one that stands for it: itself, where models take it
 */
export function commonNames(names: Iterable<string>, reserved: readonly string[] = []): Map<string, string> {
  const all = [...names];
  const taken = new Set([...reserved, ...all]);
  const isKept = (name: string) => isCommonName(name) && !reserved.includes(name);
  const simple = new Map(all.filter((name) => !isKept(name)).map((name) => [name, simplified(name)]));
  const counts = new Map<string, number>();
  for (const name of simple.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
  const aliasOf = (name: string) => {
    const short = simple.get(name);
    if (short === undefined) return name;
    let alias = counts.get(short) === 1 && short.length <= LONGEST ? short : withDigest(short, name);
    while (taken.has(alias)) alias = withDigest(short, `${alias} ${name}`);
    return alias;
  };
  return new Map(all.map((name) => [name, aliasOf(name)]));
}

/** As much of a name as fits with the beginning of a digest behind it, which tells it from others of that beginning. */
export function withDigest(name: string, of: string): string {
  const digest = createHash('sha256').update(of).digest('hex').slice(0, DIGEST_CHARACTERS);
  return `${name.slice(0, LONGEST - DIGEST_CHARACTERS - 1)}_${digest}`;
}

function simplified(name: string): string {
  const words = name.split(/[^A-Za-z0-9_-]+/).filter((word) => word !== '');
  return words.length === 0 ? 'unnamed' : words.join('_');
}
