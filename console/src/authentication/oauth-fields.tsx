import { SimpleGrid, Stack } from '@mantine/core';
import { CallbackUrl } from './callback-url';
import { RadioField, SelectField, TextField, UrlField } from './fields';
import { IssuerField } from './issuer-field';
import { More } from './more';
import { OAuthMore } from './oauth-more';
import { ProviderPreset } from './provider-preset';
import { SecretField } from './secret-field';

const METHODS = [
  { value: 'default_post', label: 'Default (POST request)' },
  { value: 'basic_auth_header', label: 'Basic authorization header' },
];

const CONTENT_TYPES = ['application/x-www-form-urlencoded', 'application/json'].map((value) => ({
  value,
  label: value,
}));

/** Each user signs in at the provider. */
export function OAuthFields({ isMoreOpen, setMoreOpen }: { isMoreOpen: boolean; setMoreOpen: (is: boolean) => void }) {
  return (
    <Stack gap="md">
      <ProviderPreset />
      <CallbackUrl />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextField name="client_id" help="From the provider. Readable by runtime keys." />
        <SecretField name="client_secret" isOptional help="Stored encrypted. Leave it empty for a public client." />
      </SimpleGrid>
      <IssuerField />
      <UrlField name="authorization_url" help="Where users are sent to sign in." />
      <UrlField name="token_url" help="Where a code is exchanged for tokens." />
      <TextField name="scope" placeholder="notes:read notes:write" help="Separated by spaces." />
      <RadioField
        name="token_exchange_method"
        options={METHODS}
        help="How the client ID and secret are sent to the token URL."
      />
      <SelectField name="authorization_content_type" options={CONTENT_TYPES} help="Of the token request." />
      <More isOpen={isMoreOpen} setOpen={setMoreOpen}>
        <OAuthMore />
      </More>
    </Stack>
  );
}
