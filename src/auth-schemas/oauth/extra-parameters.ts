import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, ValidateBy } from 'class-validator';
import { ADDITIONAL_REFRESH_PARAMS } from '../../oauth/index.js';

const MAX_PARAMETERS = 30;

/** Parameters that the flow sets itself. Overriding them would break the flow or its security. */
const RESERVED_IN_REFRESH = [
  'response_type',
  'client_id',
  'client_secret',
  'state',
  'code',
  'code_challenge',
  'code_challenge_method',
  'code_verifier',
  'resource',
];
const RESERVED = [...RESERVED_IN_REFRESH, 'redirect_uri', 'scope', 'grant_type', 'refresh_token'];

/** Validates provider-specific parameters. @param allowed reserved names that are allowed here */
export function ExtraParameters(
  name: string,
  example: Record<string, string>,
  allowed: readonly string[] = [],
): PropertyDecorator {
  const reserved = RESERVED.filter((parameter) => !allowed.includes(parameter));
  const validate = (value: unknown) => areParameters(value, reserved);
  return parameters({ example }, validate, `${name} must be ${requirementOf(reserved)}`);
}

/**
 * Validates parameters that replace `grant_type` and `refresh_token`. One of them must contain the token, unless they are only additions to
 * these two.
 */
export function RefreshParameters(example: Record<string, string>): PropertyDecorator {
  const validate = (value: unknown) =>
    areParameters(value, RESERVED_IN_REFRESH) &&
    (Object.values(value).some((text) => /\{(?:refresh|access)_token\}/.test(text)) || areAdditions(value));
  const token = `and one value must contain {refresh_token} or {access_token}, unless only ${ADDITIONAL_REFRESH_PARAMS.join(' and ')} are set`;
  const description =
    'Parameters that replace those of the refresh request; `scope` and `redirect_uri` alone are added to them. `{refresh_token}` and `{access_token}` are replaced with the token, and `{redirect_uri}` with the redirect URI of the action';
  return parameters(
    { example, description },
    validate,
    `refresh_params must be ${requirementOf(RESERVED_IN_REFRESH)}, ${token}`,
  );
}

function parameters(documentation: object, validate: (value: unknown) => boolean, message: string): PropertyDecorator {
  const decorators = [
    ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' }, ...documentation }),
    IsOptional(),
    ValidateBy({ name: 'extraParameters', validator: { validate, defaultMessage: () => message } }),
  ];
  return (target, key) => decorators.forEach((decorate) => decorate(target, key));
}

function areAdditions(params: Record<string, string>): boolean {
  const names = Object.keys(params);
  return names.length > 0 && names.every((name) => ADDITIONAL_REFRESH_PARAMS.includes(name));
}

function requirementOf(reserved: string[]): string {
  return `an object of at most ${MAX_PARAMETERS} strings and must not set parameters that the flow sets itself (${reserved.join(', ')})`;
}

function areParameters(value: unknown, reserved: string[]): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  const isExtra = ([name, text]: [string, unknown]) =>
    !reserved.includes(name) && name.length <= 100 && typeof text === 'string' && text.length <= 1000;
  return entries.length <= MAX_PARAMETERS && entries.every(isExtra);
}
