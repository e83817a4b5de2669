import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { messageOf } from '../api/problem';
import type { SignInOffer } from '../queries/calls';
import { waitForSignIn } from '../sign-ins/wait-for-sign-in';

const ENDED: Record<string, string> = {
  denied: 'The sign-in was denied.',
  failed: 'The sign-in failed.',
  expired: 'The sign-in was not completed in time.',
};

interface SignInRequiredProps {
  signIn: SignInOffer;
  onConnected: () => void;
}

/** Offers the sign-in in a new tab, and continues once it succeeds. */
export function SignInRequired({ signIn: { id, url, domain, label }, onConnected }: SignInRequiredProps) {
  const [ended, setEnded] = useState<string>();
  useEffect(() => {
    const controller = new AbortController();
    const wait = async () => {
      try {
        const { status, error } = await waitForSignIn(id, controller.signal);
        if (status === 'connected') onConnected();
        else setEnded([ENDED[status], error?.message].filter(Boolean).join(' '));
      } catch (error) {
        if (!controller.signal.aborted) setEnded(messageOf(error));
      }
    };
    void wait();
    return () => controller.abort();
    // oxlint-disable-next-line react/exhaustive-deps -- waits once per sign-in
  }, [id]);
  return (
    <Alert color="blue" title="This user is not signed in">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          The user must sign in to {domain} first. The call continues automatically once they have signed in.
        </Text>
        {ended === undefined ? (
          <Group gap="sm">
            <Button component="a" href={url} target="_blank" rel="noreferrer">
              {label}
            </Button>
            <Text size="sm" component="output">
              Waiting for the sign-in…
            </Text>
          </Group>
        ) : (
          <Text size="sm" role="alert">
            {ended} Send the call again to start a new sign-in.
          </Text>
        )}
      </Stack>
    </Alert>
  );
}
