import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
import { ApiProblems } from './api-problems.js';
import type { Role } from '../ids/key-format.js';

/** Who sent a request, as its key says. */
export interface Caller {
  role: Role;
  keyId: string;
  /** `undefined` for the operator, who belongs to no tenant. */
  tenantId?: string;
  /** The GPTs that the key is for, where it is not for all of its tenant's. */
  gptIds?: readonly string[];
  requestId: string;
  address: string;
}

/** A caller whose key belongs to a tenant. */
export interface TenantCaller extends Caller {
  role: 'admin' | 'runtime';
  tenantId: string;
}

/** Whether a caller may know of that GPT and what belongs to it. To others it does not exist. */
export function mayUseGpt({ gptIds }: Caller, gptId: string): boolean {
  return gptIds === undefined || gptIds.includes(gptId);
}

/** A request that a guard has let in. */
export interface WithCaller {
  caller?: Caller;
}

export const ALLOWED_ROLES = 'countersign:allowed-roles';

/**
 * Says who may use a route. An admin may do all that a runtime key may.
 * A route without this and without `@Public` is closed to everyone.
 */
export function Authenticated(...roles: [Role, ...Role[]]): MethodDecorator {
  const allowed: Role[] = roles.includes('runtime') ? [...roles, 'admin'] : roles;
  return applyDecorators(
    SetMetadata(ALLOWED_ROLES, allowed),
    ApiSecurity('api_key'),
    ApiSecurity('bearer'),
    ApiProblems('invalid_request', 'unauthenticated', 'forbidden', 'request_too_large', 'unsupported_media_type'),
    ApiProblems('rate_limited', 'unavailable'),
  ) as MethodDecorator;
}

/** Opens a route to everyone. */
export function Public(): MethodDecorator & ClassDecorator {
  return SetMetadata(ALLOWED_ROLES, 'everyone');
}

/** Who sent the request. Only for routes that are `@Authenticated`. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<WithCaller>();
  if (!caller) throw new Error('a route that asks for its caller must be @Authenticated');
  return caller;
});
