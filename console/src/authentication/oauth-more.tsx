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
  { value: 'auto', label: 'As the provider says' },
  { value: 'bearer', label: 'Bearer' },
  { value: 'basic', label: 'Basic' },
];

/** What providers want who are not quite like the standard. */
export function OAuthMore() {
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <SelectField
          name="pkce"
          options={PKCE}
          help="Automatic: sent unless the issuer says that it takes another kind only."
        />
        <SelectField
          name="scope_separator"
          options={SEPARATORS}
          help="Between scopes, when users are sent to sign in."
        />
        <SelectField name="token_scheme" options={SCHEMES} help="Before the token, in calls of the API." />
      </SimpleGrid>
      <PairsField
        name="authorization_params"
        one="authorization parameter"
        placeholder="access_type"
        help="Sent with the user to the authorization URL."
      />
      <PairsField
        name="token_params"
        one="token parameter"
        placeholder="audience"
        help="Sent with the code to the token URL."
      />
      <UrlField name="refresh_url" help="Where tokens are renewed, when that is not the token URL." />
      <PairsField
        name="refresh_params"
        one="refresh parameter"
        placeholder="grant_type"
        help="In place of grant_type and refresh_token, for providers that renew tokens otherwise. {refresh_token} or {access_token} in a value stands for the token."
      />
      <UrlField name="revocation_url" help="Asked to end tokens when a user disconnects." />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextField
          name="token_path"
          placeholder="/authed_user"
          help="JSON pointer to where the token answer keeps the token, when that is not its top."
        />
        <TextField
          name="error_path"
          placeholder="/error"
          help="JSON pointer to where the token answer keeps its error."
        />
      </SimpleGrid>
      <UrlField name="resource" help="The API that tokens are for, where the provider asks for it (RFC 8707)." />
    </>
  );
}
