/** The settings of an OAuth authentication schema for one provider; `preset.schema.json` describes the file. */
export interface Preset {
  /** The name of the file. */
  id: string;
  name: string;
  documentation_url: string;
  /** Domains of the API, each including its subdomains. */
  domains: readonly string[];
  /** Fields of the `oauth` authentication schema; `{name}` in a value stands for the variable of that name. */
  schema: Readonly<Record<string, unknown>>;
  variables: readonly PresetVariable[];
  /** Whether a refresh returns a new refresh token, keeps the old one, or is not possible. */
  refresh: 'rotates' | 'keeps' | 'none';
  notes: readonly string[];
}

/** A part of a preset that differs for each customer, such as a subdomain. */
export interface PresetVariable {
  name: string;
  description: string;
  example: string;
  default?: string;
  enum?: readonly string[];
}
