import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, ValidateBy } from 'class-validator';
import type { EgressResponse } from '../../egress/index.js';
import { POINTER, readTokenBody, resolvePointer, type OAuthSettings } from '../../oauth/index.js';

type TokenRefusedWhen = NonNullable<OAuthSettings['token_refused_when']>;

/** Responses that reject a token are short; longer ones are not parsed a second time. */
const MAX_BODY_BYTES = 65_536;

const MAX_ITEMS = 50;

/** Validates the description of responses with which an API rejects an access token, besides 401. */
export function TokenRefusedWhen(): PropertyDecorator {
  const decorators = [
    ApiPropertyOptional({
      type: 'object',
      properties: {
        statuses: { type: 'array', items: { type: 'integer' } },
        pointer: { type: 'string', description: "JSON pointer into the response's body" },
        values: { type: 'array', items: { type: 'string' }, description: 'Values at `pointer`' },
      },
      example: { statuses: [200], pointer: '/error', values: ['invalid_auth', 'token_expired'] },
      description:
        'Responses with which the API rejects an access token, besides 401 and `invalid_token` in `WWW-Authenticate`. All given parts must match',
    }),
    IsOptional(),
    ValidateBy({
      name: 'tokenRefusedWhen',
      validator: {
        validate: (value: unknown) => problemOf(value) === undefined,
        defaultMessage: (args) => `token_refused_when ${problemOf(args?.value) ?? 'is invalid'}`,
      },
    }),
  ];
  return (target, key) => decorators.forEach((decorate) => decorate(target, key));
}

function problemOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object';
  const { statuses, pointer, values, ...others } = value as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return `must not have the member ${unknown}`;
  if (statuses === undefined && pointer === undefined) return 'must have statuses, or a pointer with values';
  if (statuses !== undefined && !isListOf(statuses, isStatus)) return 'must have statuses from 200 to 599';
  if (pointer !== undefined && !isPointer(pointer)) return 'must have a JSON pointer such as /error in pointer';
  if ((pointer === undefined) !== (values === undefined)) return 'must have both pointer and values, or neither';
  if (values !== undefined && !isListOf(values, isValue)) return `must have 1 to ${MAX_ITEMS} texts in values`;
  return undefined;
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && value.length <= MAX_ITEMS && value.every(isItem);
}

function isPointer(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= 200 && POINTER.test(value);
}

function isStatus(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599;
}

function isValue(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= 200;
}

/** Tells whether a response is one with which the API rejects an access token. */
export function isTokenRefused(
  { status, body }: Pick<EgressResponse, 'status' | 'body'>,
  { statuses, pointer, values = [] }: TokenRefusedWhen,
): boolean {
  if (statuses && !statuses.includes(status)) return false;
  if (pointer === undefined) return true;
  if (body.length > MAX_BODY_BYTES) return false;
  const found = resolvePointer(readTokenBody(body.toString('utf8')), pointer);
  return ['string', 'number', 'boolean'].includes(typeof found) && values.includes(String(found));
}
