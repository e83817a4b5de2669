/** What the fields are called, as the GPT editor calls them where it has them, from the form's top to its end. */
export const LABELS: Record<string, string> = {
  type: 'Authentication type',
  auth_type: 'Auth type',
  api_key: 'API key',
  custom_header_name: 'Custom header name',
  location: 'Where the key goes',
  parameter_name: 'Query parameter',
  username: 'User name',
  password: 'Password',
  per_user: 'Each user gives their own key',
  check_operation: 'Check operation',
  callback_url: 'Callback URL',
  client_id: 'Client ID',
  client_secret: 'Client secret',
  issuer: 'Issuer',
  authorization_url: 'Authorization URL',
  token_url: 'Token URL',
  scope: 'Scope',
  token_exchange_method: 'Token exchange method',
  authorization_content_type: 'Authorization content type',
  pkce: 'PKCE',
  scope_separator: 'Scope separator',
  authorization_params: 'Authorization parameters',
  token_params: 'Token parameters',
  token_scheme: 'Token scheme',
  token_path: 'Token path',
  error_path: 'Error path',
  refresh_url: 'Refresh URL',
  refresh_params: 'Refresh parameters',
  revocation_url: 'Revocation URL',
  resource: 'Resource',
  static_headers: 'Static headers',
};

/** What values of the API are called in the form. */
const VALUES: Record<string, string> = {
  default_post: '“Default (POST request)”',
  basic_auth_header: '“Basic authorization header”',
  '"auto"': '“Automatic”',
  '"required"': '“Always”',
  '"off"': '“Off”',
};

/** A field's label within a sentence: abbreviations stay as they are. */
export function inSentence(name: string): string {
  const label = LABELS[name] ?? name;
  return /^[A-Z]{2}/.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1);
}

/** A message of the API with fields and values called as the form calls them, beginning as a sentence does. */
export function inWords(message: string): string {
  const text = message
    .replace(/\b[a-z]+(?:_[a-z]+)+\b/g, (word) => VALUES[word] ?? (word in LABELS ? inSentence(word) : word))
    .replace(/\bpkce\b/g, 'PKCE')
    .replace(/"(?:auto|required|off)"/g, (value) => VALUES[value] ?? value);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Fields as they stand in the form, from its top. */
export function inOrder(fields: string[]): string[] {
  const order = Object.keys(LABELS);
  return fields.toSorted((one, other) => order.indexOf(one) - order.indexOf(other));
}
