import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { AuthenticationDialog } from '../authentication/authentication-dialog';
import { ServerAuthorization } from '../mcp-servers/server-authorization';
import type { Action } from '../queries/actions';
import { authLabel } from '../ui/auth-label';

/** The action's authentication schema. */
export function AuthenticationPanel({ action }: { action: Action }) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="authentication-title">
      <Group justify="space-between" align="flex-start">
        <Stack gap={2}>
          <Title order={2} size="h4" id="authentication-title">
            Authentication
          </Title>
          <Text>{authLabel(action.auth)}</Text>
          {action.auth.type === 'none' && (
            <Text size="sm" c="dimmed">
              Calls are sent without credentials.
            </Text>
          )}
        </Stack>
        <Button variant="default" onClick={open} aria-label="Edit authentication">
          Edit
        </Button>
      </Group>
      {action.mcp_url !== null && <ServerAuthorization action={action} />}
      <AuthenticationDialog gptId={action.gpt_id} actionId={action.id} opened={opened} onClose={close} />
    </Paper>
  );
}
