/** From good to bad. */
export const STATUSES = ['ok', 'warning', 'error'] as const;

export type FindingStatus = (typeof STATUSES)[number];

/** One thing that a check has found out. It holds no secret. */
export interface Finding {
  /** Stable. */
  code: string;
  status: FindingStatus;
  /** The field of the schema that it is about; `null` where it is about none. */
  field: string | null;
  message: string;
  /** What to do about it; `null` where there is nothing to do. */
  change: string | null;
  /** What it was found by. */
  detail?: Record<string, unknown>;
}

export function worstOf(findings: readonly Finding[]): FindingStatus {
  return STATUSES.findLast((status) => findings.some((finding) => finding.status === status)) ?? 'ok';
}

export function fine(code: string, field: string | null, message: string): Finding {
  return { code, status: 'ok', field, message, change: null };
}

export function warning(code: string, field: string | null, message: string, change: string): Finding {
  return { code, status: 'warning', field, message, change };
}

export function failure(code: string, field: string | null, message: string, change: string): Finding {
  return { code, status: 'error', field, message, change };
}
