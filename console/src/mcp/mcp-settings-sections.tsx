import { Radio, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core';
import { Caution } from '../ui/caution';
import { SettingsSection } from '../ui/settings-section';
import { SnippetBlock } from './snippet-block';
import type { Fields, McpForm } from './use-mcp-form';

/** All MCP settings of a GPT. To add one, add it to `Fields` and to one of these sections. */
export function McpSettingsSections({ form, url }: { form: McpForm; url: string }) {
  const { fields, set, errors } = form;
  return (
    <Stack>
      <SettingsSection title="Endpoint">
        <SnippetBlock label="URL" text={url} />
        <Switch
          label="Offer this GPT to MCP clients"
          description="Otherwise the URL responds with 404."
          checked={fields.enabled}
          error={errors['enabled']}
          onChange={(event) => set({ enabled: event.currentTarget.checked })}
        />
      </SettingsSection>
      <AuthorizationSection form={form} />
      <CallsSection form={form} />
    </Stack>
  );
}

function AuthorizationSection({ form }: { form: McpForm }) {
  const { fields, set, errors, endsTokens } = form;
  return (
    <SettingsSection
      title="Authorization"
      description="Runtime keys and user tokens are always accepted. Admin keys never are."
    >
      <Radio.Group
        label="Access tokens that are accepted too"
        value={fields.authorization}
        error={errors['authorization']}
        onChange={(value) => set({ authorization: value as Fields['authorization'] })}
      >
        <Stack gap="xs" mt={6}>
          <Radio
            value="keys"
            label="None (keys)"
            description="For your own server, IDEs and the APIs of model vendors, each with a token for one user."
          />
          <Radio
            value="jwt"
            label="Those of your identity provider (jwt)"
            description="It must issue tokens for the URL of the endpoint, and register clients or read their metadata documents."
          />
          <Radio
            value="builtin"
            label="Those of the built-in authorization server (builtin)"
            description="For ChatGPT, Claude and other clients that expect OAuth. Your service needs a page that identifies its users."
          />
        </Stack>
      </Radio.Group>
      {endsTokens && (
        <Caution title="Saving signs all clients out">
          <Text size="sm">All tokens of the built-in authorization server end.</Text>
        </Caution>
      )}
      {fields.authorization === 'jwt' && <JwtFields form={form} />}
      {fields.authorization === 'builtin' && <BuiltInFields form={form} />}
      {fields.authorization !== 'keys' && (
        <TextInput
          label="Required scope"
          description="A scope that access tokens must have. Optional."
          maxLength={255}
          spellCheck={false}
          autoCapitalize="none"
          {...form.text('required_scope')}
        />
      )}
    </SettingsSection>
  );
}

const URL_INPUT = { type: 'url', maxLength: 2000, spellCheck: false } as const;

function JwtFields({ form: { text } }: { form: McpForm }) {
  return (
    <>
      <TextInput
        label="Issuer"
        description="The issuer of your identity provider, exactly as in its tokens."
        placeholder="https://login.acme.example"
        required
        {...URL_INPUT}
        {...text('issuer')}
      />
      <TextInput
        label="Keys"
        description="The URL of the issuer’s key set. It is read from the issuer’s metadata if this is empty."
        {...URL_INPUT}
        {...text('jwks_uri')}
      />
      <TextInput
        label="User claim"
        description="The claim that names the end user."
        placeholder="sub"
        maxLength={255}
        spellCheck={false}
        autoCapitalize="none"
        {...text('user_claim')}
      />
    </>
  );
}

function BuiltInFields({ form: { text } }: { form: McpForm }) {
  return (
    <>
      <TextInput
        label="Login URL"
        description="Your page that identifies the user of the browser. It receives authorization and browser_token as query parameters."
        placeholder="https://chat.acme.example/authorize-assistant"
        required
        {...URL_INPUT}
        {...text('login_url')}
      />
      <Textarea
        label="Client hosts"
        description="One per line: the hosts that redirect URIs and client metadata documents may have. Any host if this is empty."
        placeholder={'chatgpt.com\nclaude.ai\nclaude.com'}
        autosize
        minRows={2}
        spellCheck={false}
        autoCapitalize="none"
        {...text('client_hosts')}
      />
    </>
  );
}

function CallsSection({ form: { fields, set, errors } }: { form: McpForm }) {
  return (
    <SettingsSection title="Calls">
      <Radio.Group
        label="Consequential calls are confirmed by"
        value={fields.confirmation}
        error={errors['confirmation']}
        onChange={(value) => set({ confirmation: value as Fields['confirmation'] })}
      >
        <Stack gap="xs" mt={6}>
          <Radio
            value="ask"
            label="Countersign (ask)"
            description="The user is asked by a form of the client, or on a page of Countersign."
          />
          <Radio
            value="client"
            label="The client (client)"
            description="The client learns from the tools’ annotations which calls are consequential. Countersign asks only where the document or a policy requires it."
          />
        </Stack>
      </Radio.Group>
      <Switch
        label="Structured content"
        description="Results have structuredContent. Some clients reject a result whose API breaks its own schema, and some show it to the model twice."
        checked={fields.structured_content}
        error={errors['structured_content']}
        onChange={(event) => set({ structured_content: event.currentTarget.checked })}
      />
    </SettingsSection>
  );
}
