import { Anchor, Button, Center, Group, Image, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { messageOf } from '../api/problem';
import mark from '../mark.svg';
import { useSignIn } from './session';

/** Asks for a key. It goes to the server once and is kept nowhere in the browser. */
export function SignInPage() {
  const signIn = useSignIn();
  const [key, setKey] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" w={440} maw="100%" radius="lg">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            signIn.mutate(key.trim());
          }}
        >
          <Stack gap="lg">
            <Group gap="sm" wrap="nowrap">
              <Image src={mark} w={36} h={36} alt="" />
              <Title order={1} size="h2">
                Countersign
              </Title>
            </Group>
            <PasswordInput
              label="Key"
              description="An admin key of your tenant, or the operator key. The browser keeps a session of 12 hours, never the key."
              placeholder="cs_admin_…"
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
              error={signIn.error && messageOf(signIn.error)}
              autoComplete="current-password"
              required
              withAsterisk={false}
              ref={field}
            />
            <Button type="submit" loading={signIn.isPending}>
              Open the console
            </Button>
            <Text size="sm" c="dimmed">
              With nothing set, the operator key is in <code>data/operator.key</code>. The API itself is described at{' '}
              <Anchor href="/docs" size="sm" underline="always">
                /docs
              </Anchor>
              .
            </Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
