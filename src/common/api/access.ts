import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiSecurity } from '@nestjs/swagger';
import type { Role } from '../ids/key-format.js';
import { ApiProblems } from './api-problems.js';

/** The sender of a request, as its API key identifies it. */
export interface Caller {
  role: Role;
  keyId: string;
  /** `undefined` for the operator, who belongs to no tenant. */
  tenantId?: string;
  /** The GPTs that the key is restricted to; `undefined` if it covers all GPTs of its tenant. */
  gptIds?: readonly string[];
  /** The operations that the key is restricted to, as `act-…/operationId`; `undefined` if it covers all of its GPTs. */
  operationIds?: readonly string[];
  requestId: string;
  address: string;
}

/** A caller whose key belongs to a tenant. */
export interface TenantCaller extends Caller {
  role: 'admin' | 'runtime';
  tenantId: string;
  /**
   * Whether the caller has an access token of an end user in place of a key. The tenant's server does not see to whom such a caller shows a link,
   * so that it is verified who opens it (security rule C46).
   */
  verifiesOpener?: boolean;
}

/** Returns whether a caller may use a GPT and its resources. For other callers the GPT does not exist. */
export function canUseGpt({ gptIds }: Caller, gptId: string): boolean {
  return gptIds === undefined || gptIds.includes(gptId);
}

/** Returns whether a caller may use some operation of an action. */
export function canUseAction({ operationIds }: Caller, actionId: string): boolean {
  return operationIds === undefined || operationIds.some((id) => id.startsWith(`${actionId}/`));
}

/** A request that has passed the access guard. */
export interface WithCaller {
  caller?: Caller;
  /** Milliseconds from the head of the request until its body could be read. */
  admissionMs?: number;
}

export const ALLOWED_ROLES = 'countersign:allowed-roles';

/**
 * Declares which roles may call a route, and documents that. Admins may do everything that runtime keys may.
 * A route without this decorator or `@Public` rejects every caller.
 */
export function Authenticated(...roles: [Role, ...Role[]]): MethodDecorator {
  const allowed: Role[] = roles.includes('runtime') ? [...roles, 'admin'] : roles;
  return applyDecorators(
    SetMetadata(ALLOWED_ROLES, allowed),
    // Lets the server check the roles before it reads the body.
    RouteConfig({ roles: allowed }),
    ApiSecurity('api_key'),
    ApiSecurity('bearer'),
    ApiProblems('invalid_request', 'unauthenticated', 'forbidden', 'request_too_large', 'unsupported_media_type'),
    ApiProblems('rate_limited', 'unavailable'),
  ) as MethodDecorator;
}

/**
 * Opens a route to the end users and clients of a protocol with credentials of its own, and names what admits them before the body is read. It
 * sets a caller with the role `runtime`.
 */
export function AdmittedBy(admission: string): MethodDecorator {
  return applyDecorators(
    SetMetadata(ALLOWED_ROLES, ['runtime']),
    RouteConfig({ admission }),
    ApiSecurity('bearer'),
    ApiSecurity('api_key'),
  ) as MethodDecorator;
}

/** Opens a route to callers without a key. */
export function Public(): MethodDecorator & ClassDecorator {
  return SetMetadata(ALLOWED_ROLES, 'everyone');
}

/** Injects the caller into a handler of an `@Authenticated` route. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<WithCaller>();
  if (!caller) throw new Error('@CurrentCaller requires an @Authenticated route');
  return caller;
});
