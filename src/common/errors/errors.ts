import type { FieldError, ProblemCode } from './problems.js';

/**
 * A failure that a client is told about. Its message becomes the problem's `detail`, so it never holds a secret;
 * what only an operator should see belongs in `cause`, which is logged and not sent.
 */
export class CountersignError extends Error {
  /** Members of the problem beside those that every problem has (RFC 9457, section 3.2). They hold no secret either, and are not logged. */
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(
    readonly code: ProblemCode,
    detail: string,
    readonly errors: readonly FieldError[] = [],
    { extensions = {}, ...options }: ErrorOptions & { extensions?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(detail, options);
    this.name = new.target.name;
    this.extensions = extensions;
  }
}

/** Also the answer for what another tenant has: nobody learns that it is there. */
export class NotFoundError extends CountersignError {
  constructor(what: string) {
    super('not_found', `there is no such ${what}`);
  }
}

export class InvalidRequestError extends CountersignError {
  constructor(errors: readonly FieldError[]) {
    const [first] = errors;
    super(
      'invalid_request',
      errors.length === 1 && first ? first.message : `${errors.length} fields are wrong`,
      errors,
    );
  }

  static at(pointer: string, message: string): InvalidRequestError {
    return new InvalidRequestError([{ pointer, message }]);
  }
}

export class ForbiddenError extends CountersignError {
  constructor(detail: string) {
    super('forbidden', detail);
  }
}
