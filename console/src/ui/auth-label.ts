import type { StoredAuth } from '../queries/actions';

const API_KEY_TYPES = { basic: 'Basic', bearer: 'Bearer', custom: 'Custom header' };

/** An authentication schema in a few words. */
export function authLabel(auth: StoredAuth): string {
  switch (auth.type) {
    case 'none':
      return 'None';
    case 'api_key':
      return `API Key (${auth.location === 'query' ? 'Query parameter' : API_KEY_TYPES[auth.auth_type]})`;
    case 'oauth':
      return 'OAuth';
  }
}
