import { Group, Radio, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { NewServerForm } from '../mcp-servers/new-server-form';
import { proceed } from '../navigation/history';
import { gptQueries } from '../queries/gpts';
import { Breadcrumbs } from '../ui/breadcrumbs';
import { PageTitle } from '../ui/page-title';
import { NewDocument } from './new-document';

/** Adds an action: from an OpenAPI document, or an MCP server. */
export default function NewActionPage() {
  const { gptId = '' } = useParams();
  const gpt = useQuery(gptQueries.detail(gptId));
  const [, navigate] = useLocation();
  const [source, setSource] = useState('document');
  const openAction = (actionId: string) => proceed(() => navigate(`/gpts/${gptId}/actions/${actionId}`));
  return (
    <>
      <Breadcrumbs
        links={[
          ['GPTs', '/gpts'],
          [gpt.data?.name ?? 'GPT', `/gpts/${gptId}`],
        ]}
        current="Add an action"
      />
      <PageTitle title="Add an action" />
      <Stack gap="lg" maw={1100}>
        <Radio.Group label="Source" value={source} onChange={setSource}>
          <Group mt="xs" gap="xl">
            <Radio value="document" label="OpenAPI document" description="Version 3.0, 3.1 or 3.2, in JSON or YAML" />
            <Radio value="server" label="MCP server" description="Its tools become the operations" />
          </Group>
        </Radio.Group>
        {/* The document is kept while the other source is shown. */}
        <div hidden={source !== 'document'}>
          <NewDocument gptId={gptId} onAdded={openAction} />
        </div>
        {source === 'server' && <NewServerForm gptId={gptId} onAdded={openAction} />}
      </Stack>
    </>
  );
}
