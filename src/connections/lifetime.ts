/** Where a connection's times come from. Milliseconds. */
export interface LifetimeInput {
  now: Date;
  /** Of the access token; `undefined` where the provider told nothing: then only a 401 renews it. */
  expiresInSeconds?: number;
  hasRefreshToken: boolean;
  lastUsedAt: Date | null;
  /** An unused connection is renewed that rarely: often enough for its refresh token not to lapse. */
  idleMs: number;
  /** 0 to 1; spreads connections that were made together. */
  random: number;
}

export interface Lifetime {
  expiresAt: Date | null;
  dueAt: Date | null;
  refreshAt: Date | null;
}

/** Renewal comes early by a minute, or by a tenth of a lifetime shorter than ten minutes. */
const MAX_MARGIN_MS = 60_000;

/** When a token expires, when a call renews it first, and when the background does, a little before. */
export function lifetimeOf(input: LifetimeInput): Lifetime {
  const { now, expiresInSeconds, hasRefreshToken, lastUsedAt, idleMs, random } = input;
  const from = (milliseconds: number) => new Date(now.getTime() + milliseconds);
  const lifetime = (expiresInSeconds ?? 0) * 1000;
  const due = lifetime - Math.min(MAX_MARGIN_MS, lifetime / 10);
  const isIdle = !lastUsedAt || now.getTime() - lastUsedAt.getTime() > idleMs;
  // Before a call would find it due, and never in the first half of its life.
  const ahead = Math.max(lifetime / 2, due - (MAX_MARGIN_MS / 2) * (1 + random));
  const background = isIdle || !lifetime ? Math.max(ahead, idleMs * (1 - random / 10)) : ahead;
  return {
    expiresAt: lifetime ? from(lifetime) : null,
    dueAt: lifetime && hasRefreshToken ? from(due) : null,
    refreshAt: hasRefreshToken ? from(background) : null,
  };
}

/** How long after that many failures in a row nobody asks the provider again: 5 s, 10 s, 20 s … 5 minutes. */
export function backoffMs(failures: number, random: number): number {
  return Math.min(300_000, 5000 * 2 ** (failures - 1)) * (0.75 + random / 2);
}
