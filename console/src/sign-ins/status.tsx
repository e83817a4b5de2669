import { Badge } from '@mantine/core';
import type { SignIn } from './sign-in';

type Status = SignIn['status'];

/** In the words of who waits for it. */
export const STATUS_WORDS: Record<Status, string> = {
  pending: 'Waiting for the user',
  awaiting_verification: 'Waiting for your server',
  connected: 'Connected',
  denied: 'Denied',
  failed: 'Failed',
  expired: 'Expired',
};

const COLOURS: Record<Status, string> = {
  pending: 'blue',
  awaiting_verification: 'blue',
  connected: 'teal',
  denied: 'orange',
  failed: 'red',
  expired: 'gray',
};

export function SignInStatus({ status }: { status: Status }) {
  return (
    <Badge variant="light" color={COLOURS[status]} c="var(--mantine-color-text)" tt="none">
      {STATUS_WORDS[status]}
    </Badge>
  );
}
