import { type Finding } from '../document/errors.js';

/** What is found about one operation while it is read. */
export class OperationNotes {
  readonly findings: Finding[] = [];
  /** false once something that a call cannot do without is missing or not supported */
  isCallable = true;

  warn(code: string, message: string, pointer: string): void {
    this.findings.push({ code, message, pointer });
  }

  /** Notes why the operation cannot be called at all; it is left out of the document's operations. */
  refuse(code: string, message: string, pointer: string): void {
    this.isCallable = false;
    this.warn(code, `${message}; the operation is left out`, pointer);
  }

  /** Something that is not supported: a loss where it is optional, the end where it is required. */
  lose(required: boolean, code: string, message: string, pointer: string): void {
    if (required) this.refuse(code, message, pointer);
    else this.warn(code, `${message}; it is ignored`, pointer);
  }
}
