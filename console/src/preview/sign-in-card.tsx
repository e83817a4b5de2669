import { Anchor, Button, Group, Loader, Stack, Text } from '@mantine/core';
import type { SignIn } from '../sign-ins/sign-in';
import type { SignInOffer } from './conversation';

const REASONS: Record<SignInOffer['reason'], (user: string) => string> = {
  not_connected: (user) => `${user} has not signed in there yet.`,
  expired: (user) => `The sign-in of ${user} has expired and could not be renewed.`,
  revoked: (user) => `The connection of ${user} was ended.`,
  scope: (user) => `${user} has to allow more than before.`,
};

/** The button that an end user gets; the call goes on by itself. */
export function SignInCard({ offer, user }: { offer: SignInOffer; user: string }) {
  return (
    <Stack gap="sm">
      <Text size="sm">{REASONS[offer.reason](user)} The page opens in a new tab; the call goes on by itself.</Text>
      <Group gap="sm">
        <Button component="a" href={offer.url} target="_blank" rel="noopener">
          {offer.label}
        </Button>
        <Group gap={6} wrap="nowrap">
          <Loader size={14} aria-hidden />
          <Text size="sm" c="dimmed">
            Waiting for the sign-in
          </Text>
        </Group>
      </Group>
      <Text size="sm">
        <Inspector id={offer.id}>Watch it step by step</Inspector>
      </Text>
    </Stack>
  );
}

export const NOT_SIGNED_IN: Record<string, string> = {
  denied: 'The user said no',
  failed: 'The sign-in failed',
  expired: 'The sign-in was not finished in time',
};

/** How a sign-in ended that made no connection, and where it says why. */
export function NotSignedIn({ signIn: { id, error } }: { signIn: SignIn }) {
  return (
    <Stack gap={4}>
      <Text size="sm">Nothing was called. {error && `What came back: ${error.message}.`}</Text>
      <Text size="sm">
        <Inspector id={id}>See why, step by step</Inspector>
      </Text>
    </Stack>
  );
}

/** In a tab of its own: who leaves this page ends its calls. */
function Inspector({ id, children }: { id: string; children: string }) {
  return (
    <Anchor href={`/console/sign-ins/${id}`} target="_blank" rel="noopener" inherit underline="always">
      {children} (new tab)
    </Anchor>
  );
}
