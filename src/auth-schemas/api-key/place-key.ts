/** The parts of the schema that decide how a key is carried. */
export interface KeyPlacement {
  auth_type: 'basic' | 'bearer' | 'custom';
  custom_header_name?: string;
  location: 'header' | 'query';
  parameter_name?: string;
  username?: string;
}

export interface KeySecrets {
  api_key?: string;
  password?: string;
}

/** The placement of the key in a request, and every secret form of it, for redaction. */
export interface PlacedKey {
  headers: Record<string, string>;
  query?: Record<string, string>;
  secrets: string[];
}

/** Places a key as its schema configures; header names are lower case. */
export function placeKey(placement: KeyPlacement, { api_key = '', password = '' }: KeySecrets): PlacedKey {
  const secrets = [api_key, password].filter(Boolean);
  if (placement.location === 'query') {
    return { headers: {}, query: { [placement.parameter_name ?? '']: api_key }, secrets };
  }
  switch (placement.auth_type) {
    case 'custom':
      return { headers: { [(placement.custom_header_name ?? '').toLowerCase()]: api_key }, secrets };
    case 'bearer':
      return { headers: { authorization: `Bearer ${api_key}` }, secrets };
    case 'basic': {
      const { username } = placement;
      const plain = `${username}:${password}`;
      const pair = username === undefined ? basicPair(api_key) : encoded(plain);
      // A user name is not secret without its password.
      const parts = username === undefined ? partsOf(pair) : password && [plain];
      return { headers: { authorization: `Basic ${pair}` }, secrets: [...new Set([...secrets, pair, ...parts])] };
    }
  }
}

/**
 * Returns the credentials of the Basic scheme (RFC 7617, section 2). A key of the form `user:password` is encoded. Any other key is sent
 * unchanged, because some editors ask for the encoded pair.
 */
function basicPair(key: string): string {
  return key.includes(':') ? encoded(key) : key;
}

/** Returns the decoded pair, and its secret part: the password, or the user name if the password is empty, as some APIs use it. */
function partsOf(pair: string): string[] {
  const [decoded, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(pair, 'base64').toString('utf8')) ?? [];
  return [decoded, password || user].filter((part): part is string => Boolean(part));
}

function encoded(pair: string): string {
  return Buffer.from(pair, 'utf8').toString('base64');
}
