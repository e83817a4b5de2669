import { OAuthError } from './oauth-error.js';

/**
 * The parameters of a query or form. Each occurs at most once, and an empty one counts as omitted (RFC 6749, section 3.1), except `resource`,
 * which may be repeated (RFC 8707, section 2).
 */
export class Parameters {
  private readonly values: ReadonlyMap<string, readonly string[]>;

  /** @param fields values by name: a text, or a list for a parameter that occurs several times; other values are ignored */
  constructor(fields: unknown) {
    const entries: [string, unknown][] = typeof fields === 'object' && fields !== null ? Object.entries(fields) : [];
    this.values = new Map(entries.map(([name, value]) => [name, textsOf(value)]));
  }

  /** @throws {OAuthError} `invalid_request`: the parameter occurs more than once */
  get(name: string): string | undefined {
    const [value, ...others] = this.all(name);
    if (others.length > 0) throw new OAuthError('invalid_request', `the parameter ${name} occurs more than once`);
    return value;
  }

  /** @throws {OAuthError} `invalid_request`: the parameter is missing or occurs more than once */
  require(name: string): string {
    const value = this.get(name);
    if (value === undefined) throw new OAuthError('invalid_request', `the parameter ${name} is missing`);
    return value;
  }

  all(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }
}

function textsOf(value: unknown): string[] {
  return [value].flat().filter((text): text is string => typeof text === 'string' && text !== '');
}
