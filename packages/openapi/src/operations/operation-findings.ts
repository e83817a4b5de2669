import { type Finding } from '../document/errors.js';

/** Collects findings about one operation while it is read. */
export class OperationFindings {
  readonly all: Finding[] = [];
  /** false once something that calls depend on is missing or not supported */
  isCallable = true;

  warn(code: string, message: string, pointer: string): void {
    this.all.push({ code, message, pointer });
  }

  /** Rejects the operation, which is then left out of the document's operations. */
  reject(code: string, message: string, pointer: string): void {
    this.isCallable = false;
    this.warn(code, `${message}; the operation is left out`, pointer);
  }

  /** Reports something that is not supported: ignores it if it is optional, rejects the operation if it is required. */
  unsupported(required: boolean, code: string, message: string, pointer: string): void {
    if (required) this.reject(code, message, pointer);
    else this.warn(code, `${message}; it is ignored`, pointer);
  }
}
