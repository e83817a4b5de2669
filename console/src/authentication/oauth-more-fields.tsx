import { SimpleGrid } from '@mantine/core';
import { LongTextField, SelectField, TextField, UrlField } from './fields';
import { useForm } from './form-context';
import { PairsField } from './pairs-field';

const PKCE = [
  { value: 'auto', label: 'Automatic' },
  { value: 'required', label: 'Always' },
  { value: 'off', label: 'Off' },
];

const SEPARATORS = [
  { value: ' ', label: 'Space' },
  { value: ',', label: 'Comma' },
  { value: '+', label: 'Plus sign' },
];

const SCHEMES = [
  { value: 'auto', label: 'As the provider specifies' },
  { value: 'bearer', label: 'Bearer' },
  { value: 'basic', label: 'Basic' },
  { value: 'prefix', label: 'Another text, or none' },
];

const REQUEST_METHODS = [
  { value: 'POST', label: 'POST' },
  { value: 'GET', label: 'GET' },
];

/** Settings for providers that deviate from the standard. */
export function OAuthMoreFields() {
  const { draft } = useForm();
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <SelectField name="pkce" options={PKCE} help="Automatic: S256, unless the issuer’s metadata excludes it." />
        <SelectField name="scope_separator" options={SEPARATORS} help="Between scopes in the authorization URL." />
        <SelectField name="token_scheme" options={SCHEMES} help="Before the token in the header of calls." />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextField
          name="token_header_name"
          placeholder="Authorization"
          help="The header of calls that carries the token."
        />
        {draft.token_scheme === 'prefix' && (
          <TextField
            name="token_prefix"
            placeholder="Zoho-oauthtoken"
            help="Before the token, with a space. If it is empty, the token is sent alone."
          />
        )}
      </SimpleGrid>
      <PairsField
        name="authorization_params"
        item="authorization parameter"
        placeholder="access_type"
        help="Added to the authorization URL."
      />
      <PairsField
        name="token_params"
        item="token parameter"
        placeholder="audience"
        help="Added to the token request. scope is sent with the code only."
      />
      <SelectField
        name="token_request_method"
        options={REQUEST_METHODS}
        help="With GET, the parameters of token requests are in the URL."
      />
      <PairsField
        name="token_headers"
        item="token request header"
        placeholder="X-App-Key"
        help="Sent to the token, refresh and revocation URLs. The values are stored as secrets."
      />
      <UrlField name="refresh_url" help="The endpoint that refreshes tokens, if it is not the token URL." />
      <PairsField
        name="refresh_params"
        item="refresh parameter"
        placeholder="grant_type"
        help="Replace grant_type and refresh_token, for providers with a different refresh request. {refresh_token} and {access_token} are replaced with the tokens, {redirect_uri} with the callback URL. scope alone is added."
      />
      <UrlField name="revocation_url" help="Called to revoke tokens when a user disconnects." />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextField
          name="token_path"
          placeholder="/authed_user"
          help="JSON pointer to the object with the tokens in the token response, or to the token itself."
        />
        <TextField name="error_path" placeholder="/error" help="JSON pointer to the error in the token response." />
      </SimpleGrid>
      <LongTextField
        name="token_refused_when"
        placeholder='{"pointer": "/error", "values": ["token_expired"]}'
        help="JSON. The responses with which the API rejects an access token, besides 401. All given parts must match."
      />
      <LongTextField
        name="connection_values"
        placeholder='[{"name": "instance_host", "from": "token", "pointer": "/instance_url", "pattern": "https://([a-z0-9.-]+)"}]'
        help="JSON. Values of the token response or the callback that are stored with a connection; {connection.<name>} stands for them in the server URL and in static headers."
      />
      <TextField
        name="allowed_hosts"
        placeholder="*.my.salesforce.com"
        help="The hosts that connection values may lead to, separated by spaces."
      />
      <UrlField name="resource" help="The API that the tokens are for, if the provider requires it (RFC 8707)." />
    </>
  );
}
