import { Button, Group, Stack, Text } from '@mantine/core';
import type { Action } from '../queries/actions';
import { useAuthorizeServer } from '../queries/mcp-servers';
import { Facts } from '../ui/facts';
import { Failure } from '../ui/failure';

/** Discovers the authorization of an MCP server, which sets the authentication of the action unless a client must be registered by hand. */
export function ServerAuthorization({ action }: { action: Action }) {
  const authorize = useAuthorizeServer(action);
  const { data, error } = authorize;
  if (action.auth.type !== 'none') {
    return (
      data && (
        <Text size="sm" mt="sm" component="output">
          Countersign is registered at {data.issuer}.
        </Text>
      )
    );
  }
  return (
    <Stack gap="sm" mt="sm">
      <Text size="sm" c="dimmed">
        If the server uses OAuth, Countersign can find its authorization server and register there.
      </Text>
      <Group>
        <Button variant="default" loading={authorize.isPending} onClick={() => authorize.mutate()}>
          Discover authorization
        </Button>
      </Group>
      {error && <Failure error={error} title="The authorization was not set up" />}
      {data && (
        <>
          <Text size="sm" component="output">
            The authorization server does not register clients by itself. Register one there, then choose Edit and enter
            these values with its client ID and secret.
          </Text>
          <Facts
            isMono
            facts={[
              ['Callback URL', data.callback_url],
              ...Object.entries(data.found).map(([name, value]): [string, string] => [
                name,
                typeof value === 'string' ? value : JSON.stringify(value),
              ]),
            ]}
          />
        </>
      )}
    </Stack>
  );
}
