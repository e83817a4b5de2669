import { Box, Button, Group, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { fieldErrors } from '../api/problem';
import { useUpdateAction, type Action } from '../queries/actions';
import { hasChoice } from '../server-choice/server-draft';
import { ServerDialog } from '../server-choice/server-dialog';
import { Facts } from '../ui/facts';
import { Failure } from '../ui/failure';

/** The action's domain, server and privacy policy. */
export function ActionSummary({ action }: { action: Action }) {
  const [url, setUrl] = useState(action.privacy_policy_url ?? '');
  const [opened, { open, close }] = useDisclosure(false);
  const update = useUpdateAction(action.gpt_id, action.id);
  const isChanged = url.trim() !== (action.privacy_policy_url ?? '');
  const urlError = fieldErrors(update.error)['privacy_policy_url'];
  return (
    <Paper withBorder p="lg">
      <Stack>
        <Facts
          isMono
          facts={[
            ['Domain', action.domain],
            action.mcp_url === null ? ['Server', action.server_url] : ['MCP server', action.mcp_url],
            ['Imported from', action.openapi_url],
          ]}
        />
        {hasChoice(action) && (
          <Box>
            <Button variant="default" onClick={open}>
              Change server
            </Button>
            <ServerDialog action={action} opened={opened} onClose={close} />
          </Box>
        )}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            update.mutate({ privacy_policy_url: url.trim() || null });
          }}
        >
          <Group align="flex-end" gap="sm">
            <TextInput
              label="Privacy policy"
              type="url"
              placeholder="https://api.example.com/privacy"
              value={url}
              error={urlError}
              onChange={(event) => setUrl(event.currentTarget.value)}
              flex={1}
              miw={200}
            />
            <Button type="submit" variant="default" loading={update.isPending} disabled={!isChanged}>
              Save
            </Button>
          </Group>
          <Text size="sm" c="dimmed" component="output">
            {!isChanged && update.isSuccess ? 'Saved' : ''}
          </Text>
          {update.error && urlError === undefined && <Failure error={update.error} />}
        </form>
      </Stack>
    </Paper>
  );
}
