import type { Connection } from '../queries/connections';
import { StatusMark, type Tone } from '../ui/status-mark';

type Status = Connection['status'];

export const STATUS_LABELS: Record<Status, string> = {
  active: 'Connected',
  reconnect_required: 'Sign-in required',
  revoked: 'Disconnected',
};

const TONES: Record<Status, Tone> = { active: 'success', reconnect_required: 'warning', revoked: 'neutral' };

/** Narrows a status that was read from the page's address. */
export function isStatus(status: string | undefined): status is Status {
  return status !== undefined && Object.hasOwn(STATUS_LABELS, status);
}

export function ConnectionStatus({ status }: { status: Status }) {
  return <StatusMark tone={TONES[status]}>{STATUS_LABELS[status]}</StatusMark>;
}
