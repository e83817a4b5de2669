import type { Backoff } from '../../common/index.js';

/** The input for `lifetimeOf`. */
export interface LifetimeInput {
  now: Date;
  /** The lifetime of the access token. If `undefined`, calls refresh the token only after a 401. */
  expiresInSeconds?: number;
  hasRefreshToken: boolean;
  lastUsedAt: Date | null;
  /** How often the token of an unused connection is refreshed, to keep its refresh token from expiring. */
  idleMs: number;
  /** 0 to 1. Spreads the refreshes of connections that were created together. */
  random: number;
}

export interface Lifetime {
  expiresAt: Date | null;
  callRefreshAt: Date | null;
  backgroundRefreshAt: Date | null;
}

/** How long before expiry a token is refreshed. For lifetimes under ten minutes, a tenth of the lifetime. */
const MAX_MARGIN_MS = 60_000;

/** Computes when a token expires, when a call refreshes it first, and when the background job refreshes it, which is slightly earlier. */
export function lifetimeOf(input: LifetimeInput): Lifetime {
  const { now, expiresInSeconds, hasRefreshToken, lastUsedAt, idleMs, random } = input;
  const after = (milliseconds: number) => new Date(now.getTime() + milliseconds);
  const lifetime = (expiresInSeconds ?? 0) * 1000;
  const due = lifetime - Math.min(MAX_MARGIN_MS, lifetime / 10);
  const isIdle = !lastUsedAt || now.getTime() - lastUsedAt.getTime() > idleMs;
  // Before a call would refresh it, but not in the first half of its lifetime.
  const active = Math.max(lifetime / 2, due - (MAX_MARGIN_MS / 2) * (1 + random));
  const background = isIdle || !lifetime ? Math.max(active, idleMs * (1 - random / 10)) : active;
  return {
    expiresAt: lifetime ? after(lifetime) : null,
    callRefreshAt: lifetime && hasRefreshToken ? after(due) : null,
    backgroundRefreshAt: hasRefreshToken ? after(background) : null,
  };
}

/** The time over which the first background refreshes of imported tokens are spread if the tokens expire sooner. */
const IMPORT_SPREAD_MS = 1_800_000;

/**
 * Computes the times of an imported token, which may have expired. Many tokens that are imported together often expire together, so their first
 * background refreshes are spread: over the second half of the remaining lifetime, or over half an hour if the token expires sooner.
 */
export function importedLifetime(expiresAt: Date | null, input: Omit<LifetimeInput, 'expiresInSeconds'>): Lifetime {
  const { now, hasRefreshToken, random } = input;
  if (!expiresAt || !hasRefreshToken) return { ...lifetimeOf(input), expiresAt };
  const remaining = Math.max(0, expiresAt.getTime() - now.getTime());
  const after = (milliseconds: number) => new Date(now.getTime() + milliseconds);
  if (remaining < IMPORT_SPREAD_MS) {
    const { callRefreshAt } = lifetimeOf({ ...input, expiresInSeconds: remaining / 1000 });
    return { expiresAt, callRefreshAt: callRefreshAt ?? now, backgroundRefreshAt: after(random * IMPORT_SPREAD_MS) };
  }
  const lifetime = lifetimeOf({ ...input, expiresInSeconds: remaining / 1000 });
  const latest = (lifetime.backgroundRefreshAt ?? expiresAt).getTime() - now.getTime();
  return { ...lifetime, expiresAt, backgroundRefreshAt: after(remaining / 2 + (latest - remaining / 2) * random) };
}

/** How long a provider is not asked again after a failed refresh: 5 s, 10 s, 20 s … 5 minutes. */
export const REFRESH_BACKOFF: Backoff = { firstMs: 5000, maxMs: 300_000 };
