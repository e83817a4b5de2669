import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'wouter';
import { gptQueries } from '../queries/gpts';
import { mcpQueries, type McpSettings } from '../queries/mcp';
import { Breadcrumbs } from '../ui/breadcrumbs';
import { PageTitle } from '../ui/page-title';
import { QueryView } from '../ui/query-view';
import { SaveForm } from '../ui/save-form';
import { serverName } from './client-settings';
import { ConnectClients } from './connect-clients';
import { McpSettingsSections } from './mcp-settings-sections';
import { useMcpForm } from './use-mcp-form';
import { UserTokens } from './user-tokens';

/** Offers a GPT to MCP clients, and says how they connect. */
export default function McpPage() {
  const { gptId = '' } = useParams();
  const gpt = useQuery(gptQueries.detail(gptId));
  const settings = useQuery(mcpQueries.settings(gptId));
  return (
    <>
      <Breadcrumbs
        links={[
          ['GPTs', '/gpts'],
          [gpt.data?.name ?? 'GPT', `/gpts/${gptId}`],
        ]}
        current="MCP"
      />
      <PageTitle
        title="MCP"
        description="Offer this GPT to ChatGPT, Claude, IDEs and other clients of the Model Context Protocol."
      />
      <QueryView query={settings} height={400}>
        {(data) => (
          <Stack maw={720} gap="lg">
            <SettingsForm gptId={gptId} settings={data} />
            <UserTokens gptId={gptId} url={data.url} />
            <ConnectClients endpoint={{ ...data, name: serverName(gpt.data?.name ?? '') }} isEnabled={data.enabled} />
          </Stack>
        )}
      </QueryView>
    </>
  );
}

function SettingsForm({ gptId, settings }: { gptId: string; settings: McpSettings }) {
  const form = useMcpForm(gptId, settings);
  return (
    <SaveForm form={form} savedMessage="MCP settings saved.">
      <McpSettingsSections form={form} url={settings.url} />
    </SaveForm>
  );
}
