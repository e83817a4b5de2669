import type { FieldError, ProblemCode } from './problems.js';

/**
 * A failure that is reported to the client. Its message becomes the problem's `detail` and must not contain secrets; details for
 * operators belong in `cause`, which is logged and not sent.
 */
export class CountersignError extends Error {
  /** Extension members of the problem (RFC 9457, section 3.2). They must not contain secrets either, and are not logged. */
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

/** The resource does not exist, or belongs to another tenant: callers cannot tell which. */
export class NotFoundError extends CountersignError {
  /** @param resource the kind of resource, such as `action` */
  constructor(resource: string) {
    super('not_found', `${resource} not found`);
  }
}

export class InvalidRequestError extends CountersignError {
  constructor(errors: readonly FieldError[]) {
    const [first] = errors;
    const detail = errors.length === 1 && first ? first.message : `${errors.length} fields are invalid; see \`errors\``;
    super('invalid_request', detail, errors);
  }

  static at(pointer: string, message: string): InvalidRequestError {
    return new InvalidRequestError([{ pointer, message }]);
  }
}

/** There are as many resources of a kind as a setting allows. */
export class LimitReachedError extends CountersignError {
  /**
   * @param limit such as `a tenant may have at most 1000 GPTs`
   * @param setting the variable that the operator can raise
   */
  constructor(limit: string, setting: string) {
    super('limit_reached', `${limit}; remove one first, or ask the operator to raise ${setting}`);
  }
}

export class ForbiddenError extends CountersignError {
  constructor(detail: string) {
    super('forbidden', detail);
  }
}
