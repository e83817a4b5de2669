import { Anchor, Button, Group, Loader, Stack, Text } from '@mantine/core';
import { basePath } from '../api/base-path';
import type { SignInOffer } from '../queries/calls';
import type { SignIn } from '../queries/sign-ins';

const REASONS: Record<SignInOffer['reason'], (user: string) => string> = {
  not_connected: (user) => `${user} has not signed in yet.`,
  expired: (user) => `The sign-in of ${user} has expired and could not be refreshed.`,
  revoked: (user) => `The connection of ${user} was ended.`,
  requested: (user) => `${user} was asked to sign in.`,
  scope: (user) => `${user} must grant additional permissions.`,
};

interface SignInCardProps {
  offer: SignInOffer;
  user: string;
  /** Another call offers the same sign-in. */
  isShared: boolean;
}

/** The sign-in button as an end user gets it. The call continues once the user has signed in. */
export function SignInCard({ offer, user, isShared }: SignInCardProps) {
  return (
    <Stack gap="sm">
      <Text size="sm">
        {REASONS[offer.reason](user)}{' '}
        {isShared
          ? 'The sign-in above is for this call too.'
          : 'The sign-in page opens in a new tab. The call continues automatically afterwards.'}
      </Text>
      <Group gap="sm">
        {!isShared && (
          <Button component="a" href={offer.url} target="_blank" rel="noopener">
            {offer.label}
          </Button>
        )}
        <Group gap={6} wrap="nowrap">
          <Loader size={14} aria-hidden />
          <Text size="sm" c="dimmed">
            Waiting for the sign-in
          </Text>
        </Group>
      </Group>
      {!isShared && (
        <Text size="sm">
          <TraceLink signInId={offer.id}>Follow it step by step</TraceLink>
        </Text>
      )}
    </Stack>
  );
}

export const NOT_SIGNED_IN: Record<string, string> = {
  denied: 'The user declined to sign in',
  failed: 'The sign-in failed',
  expired: 'The sign-in was not completed in time',
};

/** How a sign-in ended without a connection, with a link to its trace. */
export function NotSignedIn({ signIn: { id, error } }: { signIn: SignIn }) {
  return (
    <Stack gap={4}>
      <Text size="sm">Nothing was called. {error && `Error: ${error.message}.`}</Text>
      <Text size="sm">
        <TraceLink signInId={id}>See why, step by step</TraceLink>
      </Text>
    </Stack>
  );
}

/** Opens in a new tab: leaving this page aborts its calls. */
function TraceLink({ signInId, children }: { signInId: string; children: string }) {
  return (
    <Anchor href={`${basePath}/console/sign-ins/${signInId}`} target="_blank" rel="noopener" inherit underline="always">
      {children} (new tab)
    </Anchor>
  );
}
