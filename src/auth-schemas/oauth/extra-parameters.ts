import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, ValidateBy } from 'class-validator';

const MAX_PARAMETERS = 30;

/** Parameters that the flow sets itself. Overriding them would break the flow or its protection. */
const RESERVED_IN_A_REFRESH = [
  'response_type',
  'client_id',
  'client_secret',
  'redirect_uri',
  'scope',
  'state',
  'code',
  'code_challenge',
  'code_challenge_method',
  'code_verifier',
  'resource',
];
const RESERVED = [...RESERVED_IN_A_REFRESH, 'grant_type', 'refresh_token'];

/** Validates provider-specific parameters. */
export function ExtraParameters(name: string, example: Record<string, string>): PropertyDecorator {
  const validate = (value: unknown) => areParameters(value, RESERVED);
  return parameters({ example }, validate, `${name} must be ${described(RESERVED)}`);
}

/** Validates parameters that replace `grant_type` and `refresh_token`. One of them contains the token. */
export function RefreshParameters(example: Record<string, string>): PropertyDecorator {
  const validate = (value: unknown) =>
    areParameters(value, RESERVED_IN_A_REFRESH) &&
    Object.values(value).some((text) => /\{(?:refresh|access)_token\}/.test(text));
  const token = 'one of which has {refresh_token} or {access_token} in it';
  const description = '`{refresh_token}` or `{access_token}` in a value stands for the token';
  return parameters(
    { example, description },
    validate,
    `refresh_params must be ${described(RESERVED_IN_A_REFRESH)}, ${token}`,
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

function described(reserved: string[]): string {
  return `an object of at most ${MAX_PARAMETERS} strings, without the flow's own parameters (${reserved.join(', ')})`;
}

function areParameters(value: unknown, reserved: string[]): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  const isExtra = ([name, text]: [string, unknown]) =>
    !reserved.includes(name) && name.length <= 100 && typeof text === 'string' && text.length <= 1000;
  return entries.length <= MAX_PARAMETERS && entries.every(isExtra);
}
