import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { SettingsSection } from '../ui/settings-section';
import { tokenRequest } from './client-settings';
import { CreateTokenDialog } from './create-token-dialog';
import { SnippetBlock } from './snippet-block';

interface UserTokensProps {
  gptId: string;
  /** The URL of the endpoint. */
  url: string;
}

/** Creates a user token, and says how a server does so. */
export function UserTokens({ gptId, url }: UserTokensProps) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <SettingsSection
      title="User tokens"
      description="A user token lets a client act for one user at this GPT, for at most a day. It ends with the key that created it: here, with the key that you signed in with."
    >
      <Group>
        <Button onClick={open}>Create a user token</Button>
      </Group>
      <Text size="sm">For your users, create tokens on your server, with a runtime key of its own:</Text>
      <SnippetBlock {...tokenRequest(url)} />
      <CreateTokenDialog gptId={gptId} opened={opened} onClose={close} />
    </SettingsSection>
  );
}
