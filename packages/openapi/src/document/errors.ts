import { pointerTokens } from './json.js';
import { type Place } from '../text/lines.js';

/** One thing that is wrong with a document, or that is lost from it. */
export interface Finding {
  /** stable, in snake case, for programs */
  code: string;
  /** for people */
  message: string;
  /** a JSON pointer into the document (RFC 6901); `''` is the whole document */
  pointer: string;
  /** where it is in the text of the document, where that is known */
  place?: Place;
}

/** One thing that is wrong with the arguments of a call, said so that a model can put it right. */
export interface ArgumentFinding {
  /** a JSON pointer into the arguments, such as `/limit` or `/body/title` */
  pointer: string;
  message: string;
}

/** The document cannot be used; `findings` says why and always has at least one entry. */
export class InvalidDocumentError extends Error {
  override readonly name = 'InvalidDocumentError';

  constructor(readonly findings: readonly [Finding, ...Finding[]]) {
    super(summary(findings[0].message, findings.length));
  }
}

/** The arguments do not fit the operation, or would change where the request goes; always at least one finding. */
export class InvalidArgumentsError extends Error {
  override readonly name = 'InvalidArgumentsError';

  constructor(readonly findings: readonly [ArgumentFinding, ...ArgumentFinding[]]) {
    super(summary(findings[0].message, findings.length));
  }
}

function summary(first: string, count: number): string {
  return count === 1 ? first : `${first} (and ${count - 1} more)`;
}

/** Throws when there is something to throw. */
export function refuse(findings: readonly Finding[]): void {
  const [first, ...others] = findings;
  if (first !== undefined) throw new InvalidDocumentError([first, ...others]);
}

/**
 * The first few findings of each code and a line that counts the rest: a large document repeats itself, and nobody reads
 * eight hundred warnings about long descriptions.
 */
export function condense(findings: readonly Finding[], perCode = 20): Finding[] {
  const kept: Finding[] = [];
  const counts = new Map<string, number>();
  for (const finding of findings) {
    const count = (counts.get(finding.code) ?? 0) + 1;
    counts.set(finding.code, count);
    if (count <= perCode) kept.push(finding);
  }
  for (const [code, count] of counts) {
    if (count > perCode) kept.push({ code, message: `${count - perCode} more of the kind ${code}`, pointer: '' });
  }
  return kept;
}

/** An argument as people write it: `/body/tags/0` is `body.tags[0]`. */
export function nameOf(pointer: string): string {
  if (pointer === '') return 'the arguments';
  const [first = '', ...others] = pointerTokens(pointer);
  return `\`${first}${others.map((token) => (/^\d+$/.test(token) ? `[${token}]` : `.${token}`)).join('')}\``;
}

/** A value as it is quoted to people and models: JSON, and not much of it. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
