import { Radio, Stack, Textarea, TextInput } from '@mantine/core';
import { Brand } from './brand';
import type { Fields, Form } from './form';
import { Section } from './section';

/** A field more is a member of `Fields`, a line in `fieldsOf`, and a control in one of these. */
export function Sections({ form }: { form: Form }) {
  return (
    <Stack>
      <Identity form={form} />
      <Brand form={form} />
      <Origins form={form} />
      <Verification form={form} />
      <DomainRule form={form} />
    </Stack>
  );
}

function Identity({ form: { text } }: { form: Form }) {
  return (
    <Section title="Tenant">
      <TextInput
        label="Name"
        description="Shown to your users when they sign in."
        required
        maxLength={200}
        {...text('name')}
      />
      <TextInput
        label="Slug"
        description="Lower-case letters, digits and inner hyphens; unique in this deployment."
        required
        maxLength={64}
        spellCheck={false}
        autoCapitalize="none"
        {...text('slug')}
      />
    </Section>
  );
}

const ORIGINS = { autosize: true, minRows: 2, spellCheck: false, autoCapitalize: 'none' };

function Origins({ form: { text } }: { form: Form }) {
  return (
    <Section
      title="Origins"
      text="One a line, such as https://chat.acme.example: a scheme, a host, and nothing behind it."
    >
      <Textarea
        label="Where sign-ins may return to"
        description="A sign-in's return_url has to be on one of these."
        {...ORIGINS}
        {...text('return_url_origins')}
      />
      <Textarea
        label="Whose pages may use the API"
        description="With the tenant's keys, from a browser (CORS). None needs to: servers do without."
        {...ORIGINS}
        {...text('allowed_origins')}
      />
    </Section>
  );
}

function Verification({ form: { fields, set, text, mistakes } }: { form: Form }) {
  return (
    <Section
      title="Who is signing in"
      text="How Countersign makes sure that a sign-in is finished by the user it is for."
    >
      <Radio.Group
        label="Verification"
        value={fields.user_verification}
        error={mistakes['user_verification']}
        onChange={(value) => set({ user_verification: value as Fields['user_verification'] })}
      >
        <Stack gap="xs" mt={6}>
          <Radio value="page" label="By the sign-in page" description="It says whom the sign-in is for." />
          <Radio
            value="redirect"
            label="By your server"
            description="The browser is sent to your page, and your server confirms its user, before a code is exchanged."
          />
        </Stack>
      </Radio.Group>
      {(fields.user_verification === 'redirect' || fields.user_verification_url !== '') && (
        <TextInput
          label="Verification page"
          description="https, without a fragment. It gets sign_in and browser_token in its query."
          type="url"
          maxLength={2000}
          spellCheck={false}
          {...text('user_verification_url')}
        />
      )}
    </Section>
  );
}

function DomainRule({ form: { fields, set, mistakes } }: { form: Form }) {
  return (
    <Section title="OAuth endpoints" text="An API's authorization server is usually on the same root domain.">
      <Radio.Group
        label="Where it is not"
        value={fields.oauth_domain_rule}
        error={mistakes['oauth_domain_rule']}
        onChange={(value) => set({ oauth_domain_rule: value as Fields['oauth_domain_rule'] })}
      >
        <Stack gap="xs" mt={6}>
          <Radio value="warn" label="Warn" description="The action is saved, and says so." />
          <Radio value="refuse" label="Refuse" description="The action is not saved." />
        </Stack>
      </Radio.Group>
    </Section>
  );
}
