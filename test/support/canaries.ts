import { randomBytes } from 'node:crypto';

/** Number of consecutive characters of a secret that count as a leak, so that truncated secrets are found. */
const MATCH_LENGTH = 24;

/** Minimum length of a secret; shorter ones could occur by chance. */
const MIN_SECRET_LENGTH = 12;

/** Finds known secrets in any text: complete or truncated, plain or encoded. */
export class Canaries {
  private readonly known = new Set<string>();
  /** Names by the first characters of a spelling, and by the complete spelling if it is shorter. */
  private readonly byPrefix = new Map<string, string>();
  private readonly byShortSpelling = new Map<string, string>();

  /** Creates and watches a random secret. */
  make(name: string): string {
    return this.watch(name, `canary${randomBytes(12).toString('hex')}`);
  }

  /** @param name identifies the secret in the output of a test, which must not contain it either */
  watch(name: string, secret: string): string {
    if (secret.length < MIN_SECRET_LENGTH) throw new Error(`${name} is too short to be distinguished from chance`);
    this.known.add(secret);
    for (const spelling of spellingsOf(secret)) {
      if (spelling.length < MATCH_LENGTH) this.byShortSpelling.set(spelling, name);
      else this.byPrefix.set(spelling.slice(0, MATCH_LENGTH), name);
    }
    return secret;
  }

  /** Watches the secret part of an API key; its id is public. */
  watchKey(name: string, key: string | undefined): string {
    if (!key) throw new Error(`there is no ${name}`);
    this.watch(name, key.slice(key.lastIndexOf('_') + 1));
    return key;
  }

  get count(): number {
    return this.known.size;
  }

  /** The names of all watched secrets. */
  get names(): string[] {
    return [...new Set([...this.byPrefix.values(), ...this.byShortSpelling.values()])].toSorted();
  }

  /** @returns the names of the secrets that the text contains */
  findIn(text: string): string[] {
    const found = new Set<string>();
    for (let at = 0; at <= text.length - MATCH_LENGTH; at++) {
      const name = this.byPrefix.get(text.slice(at, at + MATCH_LENGTH));
      if (name !== undefined) found.add(name);
    }
    for (const [spelling, name] of this.byShortSpelling) if (text.includes(spelling)) found.add(name);
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

/** Returns the base64 spellings within a longer text, one for each offset, without the characters that depend on neighboring bytes. */
function base64sOf(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    const begin = Math.ceil((offset * 8) / 6);
    const end = Math.floor((shifted.length * 8) / 6);
    return (['base64', 'base64url'] as const).map((encoding) => shifted.toString(encoding).slice(begin, end));
  });
}
