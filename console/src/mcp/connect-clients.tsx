import { List, Stack, Tabs, Text } from '@mantine/core';
import { Caution } from '../ui/caution';
import { SettingsSection } from '../ui/settings-section';
import { clientSettings, type ClientSettings, type McpEndpoint } from './client-settings';
import { SnippetBlock } from './snippet-block';

interface ConnectClientsProps {
  endpoint: McpEndpoint;
  isEnabled: boolean;
}

/** How each client connects to the endpoint, by its saved settings. */
export function ConnectClients({ endpoint, isEnabled }: ConnectClientsProps) {
  const clients = clientSettings(endpoint);
  return (
    <SettingsSection title="Connect a client" description="Ready to paste, for the settings as they are saved.">
      {!isEnabled && (
        <Caution title="This GPT is not offered yet">
          <Text size="sm">Turn the endpoint on and save before a client connects.</Text>
        </Caution>
      )}
      {/* The values become ids, which must not contain spaces. */}
      <Tabs defaultValue="0">
        <Tabs.List>
          {clients.map(({ client }, index) => (
            <Tabs.Tab key={client} value={String(index)}>
              {client}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {clients.map((settings, index) => (
          <Tabs.Panel key={settings.client} value={String(index)} pt="md">
            <Client {...settings} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </SettingsSection>
  );
}

function Client({ client, obstacles, steps, snippet }: ClientSettings) {
  return (
    <Stack>
      {obstacles.length > 0 && (
        <Caution title={`Before you connect ${client}`}>
          {obstacles.map((obstacle) => (
            <Text key={obstacle} size="sm">
              {obstacle}
            </Text>
          ))}
        </Caution>
      )}
      <List type="ordered" size="sm" spacing={4}>
        {steps.map((step) => (
          <List.Item key={step}>{step}</List.Item>
        ))}
      </List>
      <SnippetBlock {...snippet} />
    </Stack>
  );
}
