import type { Action } from './action.entity.js';
import type { Settings } from '../config/index.js';

/** The redirect URI of an action: its own, so that no other's code is ever taken for its (SECURITY C1). */
export function callbackUrl({ publicUrl }: Settings, { callbackId }: Pick<Action, 'callbackId'>): string {
  return `${publicUrl}/aip/${callbackId}/oauth/callback`;
}
