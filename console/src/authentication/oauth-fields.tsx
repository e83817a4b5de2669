import { SimpleGrid, Stack } from '@mantine/core';
import { CallbackUrlField } from './callback-url-field';
import { RadioField, SelectField, TextField, UrlField } from './fields';
import { IssuerField } from './issuer-field';
import { MoreFields } from './more-fields';
import { OAuthMoreFields } from './oauth-more-fields';
import { ProviderPreset } from './provider-preset';
import { SecretField } from './secret-field';

const METHODS = [
  { value: 'default_post', label: 'Default (POST request)' },
  { value: 'basic_auth_header', label: 'Basic authorization header' },
  { value: 'basic_auth_header_raw', label: 'Basic header without encoding' },
];

const CONTENT_TYPES = ['application/x-www-form-urlencoded', 'application/json'].map((value) => ({
  value,
  label: value,
}));

/** The fields of OAuth: each user signs in at the provider. */
export function OAuthFields({ isMoreOpen, setMoreOpen }: { isMoreOpen: boolean; setMoreOpen: (is: boolean) => void }) {
  return (
    <Stack gap="md">
      <ProviderPreset />
      <CallbackUrlField />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextField name="client_id" help="Issued by the provider. Visible to runtime keys." />
        <SecretField name="client_secret" isOptional help="Stored encrypted. Leave empty for a public client." />
      </SimpleGrid>
      <IssuerField />
      <UrlField name="authorization_url" help="The page that users are sent to for signing in." />
      <UrlField name="token_url" help="The endpoint that exchanges codes for tokens." />
      <TextField name="scope" placeholder="notes:read notes:write" help="Separated by spaces." />
      <RadioField
        name="token_exchange_method"
        options={METHODS}
        help="How the client ID and secret are sent to the token URL."
      />
      <SelectField name="authorization_content_type" options={CONTENT_TYPES} help="The format of the token request." />
      <MoreFields isOpen={isMoreOpen} setOpen={setMoreOpen}>
        <OAuthMoreFields />
      </MoreFields>
    </Stack>
  );
}
