import type { Schema } from './api';

/** A failure as the API tells it (RFC 9457); `status` is 0 where no answer came. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly errors: readonly { pointer: string; message: string }[] = [],
    readonly requestId?: string,
    /** That of a call that failed, as it was sent. */
    readonly request?: Schema<'SentRequestDto'>,
  ) {
    super(detail);
    this.name = 'Problem';
  }
}

/** Whether asking again would be answered the same. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Problem && error.status >= 400 && error.status < 500;
}

/** What to tell a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** By the field that each mistake is in: `/auth/client_id` under `client_id` where the form is that of `/auth`. */
export function fieldMistakes(error: unknown, at = ''): Record<string, string> {
  if (!(error instanceof Problem)) return {};
  const within = error.errors.filter(({ pointer }) => pointer.startsWith(`${at}/`));
  return Object.fromEntries(within.map(({ pointer, message }) => [pointer.slice(at.length + 1), message]));
}
