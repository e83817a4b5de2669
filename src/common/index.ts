export {
  ALLOWED_ROLES,
  Authenticated,
  CurrentCaller,
  mayUseGpt,
  Public,
  type Caller,
  type TenantCaller,
  type WithCaller,
} from './api/access.js';
export { ApiPage } from './api/api-page.js';
export { ApiProblems, ApiProblemsAs } from './api/api-problems.js';
export { addressOf, type HttpReply, type HttpRequest } from './api/http-request.js';
export { pageOf, PageQuery, positionOf, type Page } from './api/pagination.js';
export { ProblemDto } from './api/problem.dto.js';
export { IsUnambiguousText } from './api/unambiguous-text.js';
export { fieldErrors, validated } from './api/validation.js';
export { HostCookie } from './authentication/host-cookie.js';
export { askStrategies } from './authentication/passport.js';
export { CountersignError, ForbiddenError, InvalidRequestError, NotFoundError } from './errors/errors.js';
export { logFailure } from './errors/log-failure.js';
export { problem, PROBLEMS, type FieldError } from './errors/problems.js';
export { asCountersignError } from './errors/to-countersign-error.js';
export { digest, newId, randomSecret, randomText, sameDigest } from './ids/ids.js';
export { mintKey, parseKey, type ParsedKey, type Role } from './ids/key-format.js';
export { pooledBytes } from './ids/random.js';
export type { RecurringJob } from './jobs/recurring-job.js';
export { RecurringJobs } from './jobs/recurring-jobs.js';
export { stackOf } from './logging/describe-error.js';
export { createLogger, Logger, NestLogger } from './logging/logger.js';
export { withoutLikelySecrets } from './redaction/likely-secrets.js';
export { blanker, HIDDEN, hider, type Hide } from './redaction/redactor.js';
export { Clock } from './time/clock.js';
export { LAST_TIME, parseTime } from './time/parse-time.js';
