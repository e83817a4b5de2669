/** The labels of the authentication form, which are those of ChatGPT's editor for the fields that it has. */
export const FORM_LABELS: Readonly<Record<string, string>> = {
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
  callback_url: 'Callback URL',
};

/** The labels of values. */
const VALUES: Readonly<Record<string, string>> = {
  default_post: 'Default (POST request)',
  basic_auth_header: 'Basic authorization header',
};

/** Names that are also words of sentences are labeled only where they are set. */
const SET_WORD =
  /\b(?:Set|set|Correct|correct|Add [^.]{1,80} to|Remove [^.]{1,80} from) (scope|pkce|issuer|resource)\b/g;

/**
 * Appends the labels in the form of the fields and values that an advice names, so that it can be followed in the console and in ChatGPT's
 * editor: `In the form, token_url is "Token URL".`
 */
export function withFormLabels(advice: string): string {
  const names = [...advice.matchAll(/\b[a-z]+(?:_[a-z]+)+\b/g)].map(([name]) => name);
  const words = [...advice.matchAll(SET_WORD)].map(([, word = '']) => word);
  const labeled = [...new Set([...names, ...words])].flatMap((name) => {
    const label = FORM_LABELS[name] ?? VALUES[name];
    return label === undefined ? [] : [`${name} is "${label}"`];
  });
  if (labeled.length === 0) return advice;
  const last = labeled.pop() ?? '';
  return `${advice} In the form, ${labeled.length > 0 ? `${labeled.join(', ')} and ${last}` : last}.`;
}
