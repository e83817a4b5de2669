/** What an OAuth authentication schema needs for one provider, as `preset.schema.json` describes its file. */
export interface Preset {
  /** The file's name. */
  id: string;
  name: string;
  documentation_url: string;
  /** Domains of the API; each stands for what is below it, too. */
  domains: readonly string[];
  /** Fields of the `oauth` authentication schema; a `{name}` in a text stands for the variable of that name. */
  schema: Readonly<Record<string, unknown>>;
  variables: readonly PresetVariable[];
  /** Whether a renewal brings a new refresh token, keeps the old one, or there is none. */
  refresh: 'rotates' | 'keeps' | 'none';
  notes: readonly string[];
}

/** A part of a preset that is the customer's own. */
export interface PresetVariable {
  name: string;
  description: string;
  example: string;
  default?: string;
  enum?: readonly string[];
}
