import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, ValidateBy } from 'class-validator';

const MAX_HEADERS = 20;
const MAX_VALUE = 1000;

/** A field name (RFC 9110, section 5.6.2). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;

/** Visible characters and inner spaces, which every server accepts in a field value (RFC 9110, section 5.5). */
const FIELD_VALUE = /^[\x21-\x7e\x80-\xff]([\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?$/;

/** Headers that belong to the connection, the message or an intermediary. */
const RESERVED =
  /^(host|content-length|content-type|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|via|http2-settings|cookie|forwarded|x-forwarded-.*|proxy-.*|openai-.*)$/i;

export function isHeaderName(name: unknown): boolean {
  return typeof name === 'string' && TOKEN.test(name) && !RESERVED.test(name);
}

export function isHeaderValue(value: unknown): boolean {
  return typeof value === 'string' && FIELD_VALUE.test(value);
}

/** Validates headers that are sent with every call of the action, such as a version. They are stored and shown in plain text. */
export function StaticHeaders(): PropertyDecorator {
  const message = `static_headers must be an object of at most ${MAX_HEADERS} header names and values, and must not contain reserved headers or Authorization`;
  const decorators = [
    ApiPropertyOptional({
      type: 'object',
      additionalProperties: { type: 'string' },
      example: { 'Notion-Version': '2022-06-28' },
      description:
        'Headers that are sent with every call. They are readable with every key, so do not use them for credentials',
    }),
    IsOptional(),
    ValidateBy({ name: 'staticHeaders', validator: { validate: areStaticHeaders, defaultMessage: () => message } }),
  ];
  return (target, key) => decorators.forEach((decorate) => decorate(target, key));
}

function areStaticHeaders(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return entries.length <= MAX_HEADERS && entries.every(isStaticHeader);
}

function isStaticHeader([name, value]: [string, unknown]): boolean {
  return (
    isHeaderName(name) && !/^authorization$/i.test(name) && isHeaderValue(value) && String(value).length <= MAX_VALUE
  );
}

/** Returns the static headers of stored settings, with names in lower case. */
export function staticHeaders(settings: Record<string, unknown>): Record<string, string> {
  const given = (settings['static_headers'] ?? {}) as Record<string, string>;
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
}
