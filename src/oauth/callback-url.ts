import type { Settings } from '../config/index.js';

/**
 * Returns the redirect URI of an action. Every action has its own, so that a code that was issued for one action is never redeemed for
 * another (security rule C1).
 */
export function callbackUrl(
  { publicUrl }: Pick<Settings, 'publicUrl'>,
  { callbackId }: { callbackId: string },
): string {
  return `${publicUrl}/aip/${callbackId}/oauth/callback`;
}
