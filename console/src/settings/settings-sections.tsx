import { Radio, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { BrandingSection } from './branding-section';
import { SettingsSection } from '../ui/settings-section';
import type { Fields, SettingsForm } from './use-settings-form';

/** All settings. To add one, add it to `Fields` and to one of these sections. */
export function SettingsSections({ form }: { form: SettingsForm }) {
  return (
    <Stack>
      <IdentitySection form={form} />
      <BrandingSection form={form} />
      <OriginsSection form={form} />
      <VerificationSection form={form} />
      <DomainRuleSection form={form} />
      <ConfirmationSection form={form} />
    </Stack>
  );
}

function IdentitySection({ form: { text } }: { form: SettingsForm }) {
  return (
    <SettingsSection title="Tenant">
      <TextInput
        label="Name"
        description="Shown to end users when they sign in."
        required
        maxLength={200}
        {...text('name')}
      />
      <TextInput
        label="Slug"
        description="Lower-case letters, digits and hyphens. Unique in this deployment."
        required
        maxLength={64}
        spellCheck={false}
        autoCapitalize="none"
        {...text('slug')}
      />
    </SettingsSection>
  );
}

const ORIGINS = { autosize: true, minRows: 2, spellCheck: false, autoCapitalize: 'none' };

function OriginsSection({ form: { text } }: { form: SettingsForm }) {
  return (
    <SettingsSection
      title="Origins"
      description="One per line: a scheme and a host without a path, such as https://chat.acme.example."
    >
      <Textarea
        label="Return URL origins"
        description="The return_url of a sign-in must be on one of these."
        {...ORIGINS}
        {...text('return_url_origins')}
      />
      <Textarea
        label="Allowed origins (CORS)"
        description="Web pages that may call the API with this tenant's keys. Not needed for calls from servers."
        {...ORIGINS}
        {...text('allowed_origins')}
      />
    </SettingsSection>
  );
}

function VerificationSection({ form: { fields, set, text, errors } }: { form: SettingsForm }) {
  return (
    <SettingsSection
      title="User verification"
      description="How Countersign makes sure that the right user completes a sign-in."
    >
      <Radio.Group
        label="Verify by"
        value={fields.user_verification}
        error={errors['user_verification']}
        onChange={(value) => set({ user_verification: value as Fields['user_verification'] })}
      >
        <Stack gap="xs" mt={6}>
          <Radio value="page" label="Sign-in page" description="The sign-in page shows which user it is for." />
          <Radio
            value="redirect"
            label="Your server"
            description="Before the authorization code is exchanged, the browser is sent to your page and your server confirms the user."
          />
        </Stack>
      </Radio.Group>
      {(fields.user_verification === 'redirect' || fields.user_verification_url !== '') && (
        <TextInput
          label="Verification URL"
          description="An https URL without a fragment. It receives sign_in and browser_token as query parameters."
          type="url"
          maxLength={2000}
          spellCheck={false}
          {...text('user_verification_url')}
        />
      )}
    </SettingsSection>
  );
}

function DomainRuleSection({ form: { fields, set, errors } }: { form: SettingsForm }) {
  return (
    <SettingsSection
      title="OAuth endpoints"
      description="An API and its authorization server are usually on the same root domain."
    >
      <Radio.Group
        label="If they are not"
        value={fields.oauth_domain_rule}
        error={errors['oauth_domain_rule']}
        onChange={(value) => set({ oauth_domain_rule: value as Fields['oauth_domain_rule'] })}
      >
        <Stack gap="xs" mt={6}>
          <Radio value="warn" label="Warn" description="The action is saved with a warning." />
          <Radio value="refuse" label="Reject" description="The action is not saved." />
        </Stack>
      </Radio.Group>
    </SettingsSection>
  );
}

function ConfirmationSection({ form: { fields, set, errors } }: { form: SettingsForm }) {
  return (
    <SettingsSection
      title="Confirmations"
      description="Documents mark consequential operations with x-openai-isConsequential: true."
    >
      <Switch
        label="Policies may skip these confirmations"
        description="Only then can the policy of such an operation say that it never asks."
        checked={fields.allow_skipping_confirmation}
        error={errors['allow_skipping_confirmation']}
        onChange={(event) => set({ allow_skipping_confirmation: event.currentTarget.checked })}
      />
    </SettingsSection>
  );
}
