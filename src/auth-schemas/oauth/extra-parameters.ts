import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, ValidateBy } from 'class-validator';

const MAX_PARAMETERS = 30;

/** What the flow itself sets; another value would break it, or take its protection away. */
const RESERVED = new Set([
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
  'grant_type',
  'refresh_token',
  'resource',
]);

/** Parameters that a provider wants besides the standard's. */
export function ExtraParameters(name: string, example: Record<string, string>): PropertyDecorator {
  const message = `${name} must be an object of at most ${MAX_PARAMETERS} strings, without the flow's own parameters (${[...RESERVED].join(', ')})`;
  const decorators = [
    ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' }, example }),
    IsOptional(),
    ValidateBy({ name: 'extraParameters', validator: { validate: areExtra, defaultMessage: () => message } }),
  ];
  return (target, key) => decorators.forEach((decorate) => decorate(target, key));
}

function areExtra(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  const isExtra = ([name, text]: [string, unknown]) =>
    !RESERVED.has(name) && name.length <= 100 && typeof text === 'string' && text.length <= 1000;
  return entries.length <= MAX_PARAMETERS && entries.every(isExtra);
}
