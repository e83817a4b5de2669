import { ExactNumber } from '../numbers/exact-number.js';
import { pointerTokens } from './json.js';

/** A position in a text. Lines and columns count from 1, columns in UTF-16 code units as JavaScript does. */
export interface TextPosition {
  line: number;
  column: number;
}

/** A problem of a document. */
export interface Finding {
  /** stable, in snake case, for programs */
  code: string;
  /** for people */
  message: string;
  /** a JSON pointer into the document (RFC 6901); `''` is the whole document */
  pointer: string;
  /** the position in the document's text, if known */
  position?: TextPosition;
}

/** A problem of the arguments of a call, worded so that a model can fix it. */
export interface ArgumentFinding {
  /** a JSON pointer into the arguments, such as `/limit` or `/body/title` */
  pointer: string;
  message: string;
}

/** Thrown if a document cannot be used; `findings` has at least one entry. */
export class InvalidDocumentError extends Error {
  override readonly name = 'InvalidDocumentError';

  constructor(readonly findings: readonly [Finding, ...Finding[]]) {
    super(summary(findings[0].message, findings.length));
  }
}

/** Thrown if arguments do not match the operation, or would change the target of the request; `findings` has at least one entry. */
export class InvalidArgumentsError extends Error {
  override readonly name = 'InvalidArgumentsError';

  constructor(readonly findings: readonly [ArgumentFinding, ...ArgumentFinding[]]) {
    super(summary(findings[0].message, findings.length));
  }
}

function summary(first: string, count: number): string {
  return count === 1 ? first : `${first} (and ${count - 1} more)`;
}

/** Throws an `InvalidDocumentError` if there are any findings. */
export function throwIfAny(findings: readonly Finding[]): void {
  const [first, ...others] = findings;
  if (first !== undefined) throw new InvalidDocumentError([first, ...others]);
}

/** Keeps the first findings of each code and adds one finding with the number of the others. */
export function limitPerCode(findings: readonly Finding[], perCode = 20): Finding[] {
  const kept: Finding[] = [];
  const counts = new Map<string, number>();
  for (const finding of findings) {
    const count = (counts.get(finding.code) ?? 0) + 1;
    counts.set(finding.code, count);
    if (count <= perCode) kept.push(finding);
  }
  for (const [code, count] of counts) {
    if (count > perCode) kept.push({ code, message: `${count - perCode} more findings of ${code}`, pointer: '' });
  }
  return kept;
}

/** Converts a pointer to an argument's name: `/body/tags/0` to `body.tags[0]`. */
export function argumentName(pointer: string): string {
  if (pointer === '') return 'the arguments';
  const [first = '', ...others] = pointerTokens(pointer);
  return `\`${first}${others.map((token) => (/^\d+$/.test(token) ? `[${token}]` : `.${token}`)).join('')}\``;
}

const MAX_QUOTED = 60;

/** Quotes a value in a message: as JSON, truncated to 60 characters. */
export function quote(value: unknown): string {
  const text = beginningOfJson(value, MAX_QUOTED);
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED - 3)}…` : text;
}

/** Serializes a value, and stops after `length` characters, because values can be large and have many findings. */
function beginningOfJson(value: unknown, length: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, length));
  if (value instanceof ExactNumber) return value.literal;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'nothing';
  const entries = Array.isArray(value) ? value.entries() : membersOf(value);
  let text = '';
  for (const [key, inner] of entries) {
    if (text.length > length) break;
    const name = typeof key === 'number' ? '' : `${beginningOfJson(key, length)}:`;
    text += `${text === '' ? '' : ','}${name}${beginningOfJson(inner, length - text.length)}`;
  }
  return Array.isArray(value) ? `[${text}]` : `{${text}}`;
}

function* membersOf(value: object): Generator<[string, unknown]> {
  for (const key in value) yield [key, (value as Record<string, unknown>)[key]];
}
