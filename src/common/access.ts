import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
import { ApiProblems } from './api-problems.js';
import type { Role } from './key-format.js';

/** Who sent a request, as its key says. */
export interface Caller {
  role: Role;
  keyId: string;
  /** `undefined` for the operator, who belongs to no tenant. */
  tenantId?: string;
  requestId: string;
  address: string;
}

/** A caller whose key belongs to a tenant. */
export interface TenantCaller extends Caller {
  role: 'admin' | 'runtime';
  tenantId: string;
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
    ApiProblems('unauthenticated', 'forbidden'),
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
