import { SimpleGrid } from '@mantine/core';
import { SelectField, TextField, UrlField } from './fields';
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
];

/** Settings for providers that deviate from the standard. */
export function OAuthMoreFields() {
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <SelectField name="pkce" options={PKCE} help="Automatic: S256, unless the issuer’s metadata excludes it." />
        <SelectField name="scope_separator" options={SEPARATORS} help="Between scopes in the authorization URL." />
        <SelectField
          name="token_scheme"
          options={SCHEMES}
          help="Before the token in the Authorization header of calls."
        />
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
        help="Added to the token request."
      />
      <UrlField name="refresh_url" help="The endpoint that refreshes tokens, if it is not the token URL." />
      <PairsField
        name="refresh_params"
        item="refresh parameter"
        placeholder="grant_type"
        help="Replace grant_type and refresh_token, for providers with a different refresh request. {refresh_token} and {access_token} are replaced with the tokens."
      />
      <UrlField name="revocation_url" help="Called to revoke tokens when a user disconnects." />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextField
          name="token_path"
          placeholder="/authed_user"
          help="JSON pointer to the object with the tokens in the token response, if it is not the root."
        />
        <TextField name="error_path" placeholder="/error" help="JSON pointer to the error in the token response." />
      </SimpleGrid>
      <UrlField name="resource" help="The API that the tokens are for, if the provider requires it (RFC 8707)." />
    </>
  );
}
