import { StatusMark } from '../ui/status-mark';
import { When } from '../ui/when';
import type { Key } from './queries';

/** Whether a key works, and could be replaced. */
export function isUsable({ revoked_at, expires_at }: Key, now: number): boolean {
  return !revoked_at && !(expires_at && Date.parse(expires_at) <= now);
}

export function KeyState({ of: key, now }: { of: Key; now: number }) {
  if (key.revoked_at) {
    return (
      <StatusMark tone="bad">
        Revoked <When at={key.revoked_at} />
      </StatusMark>
    );
  }
  if (!isUsable(key, now)) return <StatusMark tone="over">{key.replaced_by ? 'Replaced' : 'Expired'}</StatusMark>;
  if (key.replaced_by) {
    return (
      <StatusMark tone="waiting">
        Replaced, ends <When at={key.expires_at} />
      </StatusMark>
    );
  }
  return <StatusMark tone="good">Works</StatusMark>;
}
