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

/** Where the key goes in a request, and every form in which it is a secret. */
export interface PlacedKey {
  headers: Record<string, string>;
  query?: Record<string, string>;
  secrets: string[];
}

/** Puts a key where its schema says; header names are lower case. */
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
      const pair = username === undefined ? basicPair(api_key) : encoded(`${username}:${password}`);
      const ofPair = username === undefined ? secretPart(pair) : [];
      return { headers: { authorization: `Basic ${pair}` }, secrets: [...secrets, pair, ...ofPair] };
    }
  }
}

/**
 * The credentials of the Basic scheme (RFC 7617, section 2): a key that is `user:password` is encoded; one that is the encoding of
 * such a pair already, as other editors ask for it, is sent as it is. So is any other: its builder knows what the API wants.
 */
function basicPair(key: string): string {
  return key.includes(':') ? encoded(key) : key;
}

/** What of a pair is secret by itself: the password; where there is none the user's name is the key, as some APIs have it. */
function secretPart(pair: string): string[] {
  const [, user = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(pair, 'base64').toString('utf8')) ?? [];
  return [password || user].filter(Boolean);
}

function encoded(pair: string): string {
  return Buffer.from(pair, 'utf8').toString('base64');
}
