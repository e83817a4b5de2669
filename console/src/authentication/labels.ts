/** What the fields are called, as the GPT editor calls them where it has them. */
export const LABELS: Record<string, string> = {
  type: 'Authentication type',
  static_headers: 'Static headers',
  auth_type: 'Auth type',
  api_key: 'API key',
  custom_header_name: 'Custom header name',
  location: 'Where the key goes',
  parameter_name: 'Query parameter',
  username: 'User name',
  password: 'Password',
  per_user: 'Each user gives their own key',
  check_operation: 'Check operation',
  client_id: 'Client ID',
  client_secret: 'Client secret',
  issuer: 'Issuer',
  authorization_url: 'Authorization URL',
  token_url: 'Token URL',
  scope: 'Scope',
  token_exchange_method: 'Token exchange method',
  authorization_content_type: 'Authorization content type',
  callback_url: 'Callback URL',
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
};

/** What values of the API are called in the form. */
const VALUES: Record<string, string> = {
  default_post: '“Default (POST request)”',
  basic_auth_header: '“Basic authorization header”',
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
    .replaceAll('"auto"', '“Automatic”');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
