/** Statuses of findings, from best to worst. */
export const STATUSES = ['ok', 'warning', 'error'] as const;

export type FindingStatus = (typeof STATUSES)[number];

/** One result of a check. It contains no secrets. */
export interface Finding {
  /** Stable. */
  code: string;
  status: FindingStatus;
  /** Field of the schema that the finding is about; `null` if there is none. */
  field: string | null;
  message: string;
  /** How to fix it; `null` if nothing has to be changed. */
  change: string | null;
  /** Evidence, such as the attempts that were made. */
  detail?: Record<string, unknown>;
}

/** Returns the worst status among findings; `ok` if there are none. */
export function worstStatus(findings: readonly Finding[]): FindingStatus {
  return STATUSES.findLast((status) => findings.some((finding) => finding.status === status)) ?? 'ok';
}

export function okFinding(code: string, field: string | null, message: string): Finding {
  return { code, status: 'ok', field, message, change: null };
}

export function warningFinding(code: string, field: string | null, message: string, change: string): Finding {
  return { code, status: 'warning', field, message, change };
}

export function errorFinding(code: string, field: string | null, message: string, change: string): Finding {
  return { code, status: 'error', field, message, change };
}
