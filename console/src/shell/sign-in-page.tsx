import { Anchor, Button, Center, Group, Image, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { basePath } from '../api/base-path';
import { messageOf } from '../api/problem';
import mark from '../mark.svg';
import { requestHeadingFocus } from '../navigation/history';
import { useSignIn } from '../queries/session';

/** Asks for an API key, which is sent to the server once and not stored in the browser. */
export function SignInPage() {
  const signIn = useSignIn();
  const [key, setKey] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = 'Sign in · Countersign';
    field.current?.focus();
  }, []);
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" w={440} maw="100%" radius="lg">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            requestHeadingFocus();
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
              label="API key"
              description="An admin key of your tenant, or the operator key. The browser keeps a session for 12 hours, but never the key."
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
              Sign in
            </Button>
            <Text size="sm" c="dimmed">
              By default, the operator key is in <code>data/operator.key</code>. For the API, see{' '}
              <Anchor href={`${basePath}/docs`} size="sm" underline="always">
                {basePath}/docs
              </Anchor>
              .
            </Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
