import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { messageOf } from '../api/problem';
import { endOf } from '../sign-ins/sign-in';
import type { SignInRequired } from './call';

const ENDS: Record<string, string> = {
  denied: 'The sign-in was declined.',
  failed: 'The sign-in has failed.',
  expired: 'The sign-in was not finished in time.',
};

interface SignInNeededProps {
  signIn: SignInRequired['sign_in'];
  onConnected: () => void;
}

/** Offers the sign-in in a tab of its own, and goes on when it has ended well. */
export function SignInNeeded({ signIn: { id, url, domain, label }, onConnected }: SignInNeededProps) {
  const [end, setEnd] = useState<string>();
  useEffect(() => {
    const controller = new AbortController();
    const wait = async () => {
      try {
        const { status, error } = await endOf(id, controller.signal);
        if (status === 'connected') onConnected();
        else setEnd([ENDS[status], error?.message].filter(Boolean).join(' '));
      } catch (error) {
        if (!controller.signal.aborted) setEnd(messageOf(error));
      }
    };
    void wait();
    return () => controller.abort();
    // oxlint-disable-next-line react/exhaustive-deps -- one sign-in is waited for once
  }, [id]);
  return (
    <Alert color="blue" title="This user is not signed in">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          The operation is called for a user, who signs in to {domain} first. The call goes on by itself afterwards.
        </Text>
        {end === undefined ? (
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
            {end} Send the call again for another one.
          </Text>
        )}
      </Stack>
    </Alert>
  );
}
