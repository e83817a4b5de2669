/** The labels of the fields, in the order of the form. ChatGPT's editor uses the same, for fields that it has. */
export const LABELS: Record<string, string> = {
  type: 'Authentication type',
  auth_type: 'Auth type',
  api_key: 'API key',
  custom_header_name: 'Custom header name',
  location: 'Location',
  parameter_name: 'Query parameter',
  username: 'Username',
  password: 'Password',
  per_user: 'Per-user keys',
  check_operation: 'Check operation',
  help_text: 'Where to get a key',
  help_url: 'Link to that page',
  callback_url: 'Callback URL',
  client_id: 'Client ID',
  client_secret: 'Client secret',
  issuer: 'Issuer',
  authorization_url: 'Authorization URL',
  token_url: 'Token URL',
  scope: 'Scope',
  token_exchange_method: 'Token exchange method',
  token_request_method: 'Token request method',
  authorization_content_type: 'Authorization content type',
  pkce: 'PKCE',
  scope_separator: 'Scope separator',
  authorization_params: 'Authorization parameters',
  token_params: 'Token parameters',
  token_headers: 'Token request headers',
  token_scheme: 'Token scheme',
  token_prefix: 'Token prefix',
  token_header_name: 'Token header name',
  token_path: 'Token path',
  error_path: 'Error path',
  token_refused_when: 'Token rejected when',
  refresh_url: 'Refresh URL',
  refresh_params: 'Refresh parameters',
  revocation_url: 'Revocation URL',
  resource: 'Resource',
  connection_values: 'Connection values',
  allowed_hosts: 'Allowed hosts',
  static_headers: 'Static headers',
};

/** The labels of values. */
const VALUES: Record<string, string> = {
  default_post: '“Default (POST request)”',
  basic_auth_header: '“Basic authorization header”',
  basic_auth_header_raw: '“Basic header without encoding”',
  '"auto"': '“Automatic”',
  '"required"': '“Always”',
  '"off"': '“Off”',
};

/** A field's label within a sentence. Abbreviations keep their case. */
export function inSentence(name: string): string {
  const label = LABELS[name] ?? name;
  return /^[A-Z]{2}/.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1);
}

/** Replaces the names of fields and values in a message of the API with their labels. */
export function inFormWords(message: string): string {
  const text = message
    .replace(/\b[a-z]+(?:_[a-z]+)+\b/g, (word) => VALUES[word] ?? (word in LABELS ? inSentence(word) : word))
    .replace(/\bpkce\b/g, 'PKCE')
    .replace(/"(?:auto|required|off)"/g, (value) => VALUES[value] ?? value);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Sorts fields in the order of the form. */
export function inFormOrder(fields: string[]): string[] {
  const order = Object.keys(LABELS);
  return fields.toSorted((one, other) => order.indexOf(one) - order.indexOf(other));
}
