import type { Action } from '../gpts/gpt-queries';

const KEYS: Record<string, string> = { basic: 'Basic', bearer: 'Bearer', custom: 'Custom header' };

/** An authentication schema in the words of the editor. */
export function schemaLabel({ type, auth_type, location }: Action['auth']): string {
  switch (type) {
    case 'none':
      return 'None';
    case 'api_key':
      return `API Key (${location === 'query' ? 'Query parameter' : (KEYS[auth_type ?? ''] ?? 'Header')})`;
    case 'oauth':
      return 'OAuth';
    default:
      return type;
  }
}
