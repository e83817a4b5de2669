import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, ValidateBy } from 'class-validator';
import { isHeaderName, isHeaderValue } from '../../credentials/index.js';

const MAX_HEADERS = 20;
const MAX_VALUE = 4000;

/** Headers that the flow sets itself. */
const SET_BY_FLOW = /^(authorization|accept)$/i;

/** Validates headers of requests to the token, refresh and revocation URLs. Their values are stored as secrets. */
export function TokenHeaders(): PropertyDecorator {
  const message = `token_headers must be an object of at most ${MAX_HEADERS} different header names and their values, and must not contain reserved headers, Accept or Authorization`;
  const decorators = [
    ApiPropertyOptional({
      type: 'object',
      additionalProperties: { type: 'string' },
      example: { 'X-Api-Version-Key': 'secret' },
      description:
        'Headers of requests to the token, refresh and revocation URLs. The values are stored as secrets; `[HIDDEN]` keeps a stored one',
    }),
    IsOptional(),
    ValidateBy({ name: 'tokenHeaders', validator: { validate: areTokenHeaders, defaultMessage: () => message } }),
  ];
  return (target, key) => decorators.forEach((decorate) => decorate(target, key));
}

function areTokenHeaders(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  const names = new Set(entries.map(([name]) => name.toLowerCase()));
  return names.size === entries.length && entries.length <= MAX_HEADERS && entries.every(isTokenHeader);
}

function isTokenHeader([name, value]: [string, unknown]): boolean {
  return isHeaderName(name) && !SET_BY_FLOW.test(name) && isHeaderValue(value) && String(value).length <= MAX_VALUE;
}
