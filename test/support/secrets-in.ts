import { randomBytes } from 'node:crypto';

/** So many characters of a secret are a leak: what is cut off is found too. */
const ENOUGH = 24;

/** Shorter ones could not be told from chance. */
const SHORTEST = 12;

/** Secrets that are about in a test, to be looked for in all that can be seen: whole or only begun, as they are or encoded. */
export class Canaries {
  private readonly known = new Set<string>();
  /** Names by how spellings begin, and by the whole of those that are no longer than that. */
  private readonly begun = new Map<string, string>();
  private readonly short = new Map<string, string>();

  /** A new secret. */
  make(name: string): string {
    return this.watch(name, `canary${randomBytes(12).toString('hex')}`);
  }

  /** @param name what to call it in a test's output, which may not show it either */
  watch(name: string, secret: string): string {
    if (secret.length < SHORTEST) throw new Error(`${name} is too short to be told from chance`);
    this.known.add(secret);
    for (const spelling of spellingsOf(secret)) {
      if (spelling.length < ENOUGH) this.short.set(spelling, name);
      else this.begun.set(spelling.slice(0, ENOUGH), name);
    }
    return secret;
  }

  /** Watches a key by the part of it that is secret: its id is shown. */
  watchKey(name: string, key: string | undefined): string {
    if (!key) throw new Error(`there is no ${name}`);
    this.watch(name, key.slice(key.lastIndexOf('_') + 1));
    return key;
  }

  get count(): number {
    return this.known.size;
  }

  /** What they are called, each once. */
  get names(): string[] {
    return [...new Set([...this.begun.values(), ...this.short.values()])].toSorted();
  }

  /** @returns the names of those that stand in the text, each once */
  in(text: string): string[] {
    const found = new Set<string>();
    for (let at = 0; at <= text.length - ENOUGH; at++) {
      const name = this.begun.get(text.slice(at, at + ENOUGH));
      if (name !== undefined) found.add(name);
    }
    for (const [spelling, name] of this.short) if (text.includes(spelling)) found.add(name);
    return [...found].toSorted();
  }
}

function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const percent = hex.replaceAll(/../g, '%$&');
  const json = JSON.stringify(secret).slice(1, -1);
  return [secret, json, hex, percent, percent.toUpperCase(), encodeURIComponent(secret), ...base64sOf(bytes)];
}

/** Inside of a longer text, the same bytes have one of three spellings in base64; the first and the last character are its neighbours' too. */
function base64sOf(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    const begin = Math.ceil((offset * 8) / 6);
    const end = Math.floor((shifted.length * 8) / 6);
    return (['base64', 'base64url'] as const).map((encoding) => shifted.toString(encoding).slice(begin, end));
  });
}
