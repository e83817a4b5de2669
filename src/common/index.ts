export {
  ALLOWED_ROLES,
  Authenticated,
  CurrentCaller,
  mayUseGpt,
  Public,
  type Caller,
  type TenantCaller,
  type WithCaller,
} from './access.js';
export { ApiPage } from './api-page.js';
export { ApiProblems, ApiProblemsAs } from './api-problems.js';
export { Clock } from './clock.js';
export { stackOf } from './describe-error.js';
export { CountersignError, ForbiddenError, InvalidRequestError, NotFoundError } from './errors.js';
export { blanker, HIDDEN, hider, type Hide } from './hide-secrets.js';
export { HostCookie } from './host-cookie.js';
export { addressOf, requestId, type HttpReply, type HttpRequest } from './http.js';
export { digest, newId, randomSecret, randomText, sameDigest } from './ids.js';
export { mintKey, parseKey, type ParsedKey, type Role } from './key-format.js';
export { withoutLikelySecrets } from './likely-secrets.js';
export { createLogger, Logger, NestLogger } from './logger.js';
export { pageOf, PageQuery, positionOf, type Page } from './pagination.js';
export { LAST_TIME, parseTime } from './parse-time.js';
export { askStrategies } from './passport.js';
export { ProblemDto } from './problem.dto.js';
export { asCountersignError, logFailure, ProblemFilter } from './problem.filter.js';
export { PROBLEMS, type FieldError } from './problems.js';
export { pooledBytes } from './random.js';
export type { RecurringJob } from './recurring-job.js';
export { RecurringJobs } from './recurring-jobs.js';
export { RouteList } from './route-list.js';
export { IsUnambiguousText } from './unambiguous-text.js';
export { ValidationPipe } from './validation.pipe.js';
export { validated } from './validation.js';
export { UserPageQuery } from './user-page-query.js';
