/** A secret that may stand nowhere, and what to call it in a test's output, which may not show it either. */
export interface Canary {
  name: string;
  secret: string;
}

/** So many characters of a secret are a leak: what is cut off is found too. */
const ENOUGH = 24;

/** Finds secrets in texts, whole or only begun, as they are or encoded. */
export class SecretFinder {
  private readonly names = new Map<string, string>();

  constructor(canaries: readonly Canary[]) {
    for (const { name, secret } of canaries) {
      for (const spelling of spellingsOf(secret)) this.names.set(spelling.slice(0, ENOUGH), name);
    }
  }

  /** @returns the names of those that stand in the text, each once */
  in(text: string): string[] {
    const found = new Set<string>();
    for (let at = 0; at <= text.length - ENOUGH; at++) {
      const name = this.names.get(text.slice(at, at + ENOUGH));
      if (name !== undefined) found.add(name);
    }
    return [...found].toSorted();
  }
}

function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const percent = hex.replaceAll(/../g, '%$&');
  return [secret, hex, percent, percent.toUpperCase(), encodeURIComponent(secret), ...base64sOf(bytes)];
}

/** Inside of a longer text, the same bytes have one of three spellings in base64; the first character is its neighbour's too. */
function base64sOf(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    const begin = Math.ceil((offset * 8) / 6);
    return (['base64', 'base64url'] as const).map((encoding) => shifted.toString(encoding).slice(begin));
  });
}
