import type { DocumentCheck } from '../queries/documents';
import { plural } from '../ui/plural';

/** A position in the text. Both count from 1. */
export interface Position {
  line: number;
  column: number;
}

export interface DocumentFinding {
  severity: 'error' | 'warning';
  message: string;
  pointer: string;
  /** Undefined if the finding is about the whole document. */
  position?: Position;
}

/** The problems and warnings of a check, in the order of the text. */
export function findingsOf({ problems, warnings }: DocumentCheck): DocumentFinding[] {
  const all = [
    ...problems.map((each) => ({ ...each, severity: 'error' as const })),
    ...warnings.map((each) => ({ ...each, severity: 'warning' as const })),
  ];
  return all
    .map(({ severity, message, pointer, line = 1, column = 1 }): DocumentFinding => {
      const isAboutAll = pointer === '' && line === 1 && column === 1;
      return { severity, message, pointer, ...(!isAboutAll && { position: { line, column } }) };
    })
    .toSorted(({ position: a }, { position: b }) => lineOf(a) - lineOf(b) || (a?.column ?? 0) - (b?.column ?? 0));
}

function lineOf(position: Position | undefined): number {
  return position?.line ?? 0;
}

/** The result of a check in a sentence. */
export function summaryOf(check: DocumentCheck | undefined): string {
  if (!check) return '';
  const { usable, title, domain, operations, problems, warnings } = check;
  if (!usable) return `Not usable yet: ${plural(problems.length, 'error')}.`;
  const suffix = warnings.length > 0 ? `, ${plural(warnings.length, 'warning')}` : '';
  return `Ready: ${title} at ${domain}, ${plural(operations.length, 'operation')}${suffix}.`;
}
