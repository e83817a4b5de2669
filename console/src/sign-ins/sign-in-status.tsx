import type { SignIn } from '../queries/sign-ins';
import { StatusMark, type Tone } from '../ui/status-mark';

type Status = SignIn['status'];

export const STATUS_LABELS: Record<Status, string> = {
  pending: 'Waiting for the user',
  awaiting_verification: 'Waiting for your server',
  connected: 'Connected',
  denied: 'Denied',
  failed: 'Failed',
  expired: 'Expired',
};

const TONES: Record<Status, Tone> = {
  pending: 'pending',
  awaiting_verification: 'pending',
  connected: 'success',
  denied: 'warning',
  failed: 'error',
  expired: 'neutral',
};

/** Narrows a status that was read from the page's address. */
export function isStatus(status: string | undefined): status is Status {
  return status !== undefined && Object.hasOwn(STATUS_LABELS, status);
}

export function SignInStatus({ status }: { status: Status }) {
  return <StatusMark tone={TONES[status]}>{STATUS_LABELS[status]}</StatusMark>;
}
