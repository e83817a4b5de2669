export {
  AdmittedBy,
  ALLOWED_ROLES,
  Authenticated,
  CurrentCaller,
  canUseAction,
  canUseGpt,
  Public,
  type Caller,
  type TenantCaller,
  type WithCaller,
} from './api/access.js';
export { ApiPage } from './api/api-page.js';
export { ApiProblems, ApiProblemsAs } from './api/api-problems.js';
export { matchesEtag } from './api/etag.js';
export { disconnectSignal, onClose } from './api/disconnect-signal.js';
export { jsonReply } from './api/json-reply.js';
export { addressOf, type HttpReply, type HttpRequest } from './api/http-request.js';
export { toPage, PageQuery, parseCursor, type Page } from './api/pagination.js';
export { ProblemDto } from './api/problem.dto.js';
export { IsUnambiguousText, isUnambiguous } from './api/unambiguous-text.js';
export { IsJsonObject } from './api/json-object.js';
export { UserPageQuery } from './api/user-page-query.js';
export { checkInput, fieldErrors, validateInput } from './api/validation.js';
export { bearerToken } from './authentication/bearer-token.js';
export { HostCookie } from './authentication/host-cookie.js';
export { runStrategies } from './authentication/run-strategies.js';
export {
  CountersignError,
  ForbiddenError,
  InvalidRequestError,
  LimitReachedError,
  NotFoundError,
} from './errors/countersign-error.js';
export { logFailure } from './errors/log-failure.js';
export { problem, PROBLEMS, type FieldError, type ProblemCode } from './errors/problems.js';
export { toCountersignError } from './errors/to-countersign-error.js';
export { digest, newId, randomSecret, randomText, isSameDigest } from './ids/ids.js';
export { mintKey, parseKey, type ParsedKey, type Role } from './ids/key-format.js';
export { pooledBytes } from './ids/pooled-bytes.js';
export { GroupCommit } from './jobs/group-commit.js';
export { HeldWrites } from './jobs/held-writes.js';
export type { RecurringJob } from './jobs/recurring-job.js';
export { RecurringJobs } from './jobs/recurring-jobs.js';
export { checkShape, parseExactly, parseSafely, rejectDuplicateKeys } from './json/exact-json.js';
export { type ShapeLimits } from './json/json-shape.js';
export { parseObject } from './json/parse-object.js';
export { bodyOf, jsonParts, RawJson } from './json/raw-json.js';
export { stackOf } from './logging/describe-error.js';
export { createLogger, Logger, NestLogger } from './logging/logger.js';
export { redactLikelySecrets } from './redaction/redact-likely-secrets.js';
export { HIDDEN, longTextRedactor, redactor, type Redact } from './redaction/redactor.js';
export { Bulkhead } from './slots/bulkhead.js';
export { beforeDeadline, withTimeout } from './time/with-timeout.js';
export { Clock } from './time/clock.js';
export { MAX_TIME, parseTime } from './time/parse-time.js';
export { backoffMs, type Backoff } from './time/backoff.js';
export { canonicalJson } from './ids/canonical-json.js';
export { basePathOf } from './urls/base-path.js';
export { parseUrl } from './urls/parse-url.js';
