import { ValidateBy } from 'class-validator';
import { parseUrl } from '../../common/index.js';
import { isLoopback } from '../../config/index.js';

const MAX_URL_CHARACTERS = 2000;

/** Characters that URLs contain as they are. Parsers would remove or replace others, so that two programs could read two URLs. */
const PLAIN_URL = /^https?:\/\/[^/?#@\\\s]+(?:[/?][\x21\x22\x24-\x5b\x5d-\x7e]*)?$/;

/** Requires a plain https URL without a fragment or user name; `http` is allowed on loopback. */
export function IsHttpsUrl(): PropertyDecorator {
  return ValidateBy({
    name: 'isHttpsUrl',
    validator: {
      validate: isHttpsUrl,
      defaultMessage: (at?: { property: string }) =>
        `${at?.property} must be an https URL of at most ${MAX_URL_CHARACTERS} characters without a fragment (http only on loopback)`,
    },
  });
}

function isHttpsUrl(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > MAX_URL_CHARACTERS || !PLAIN_URL.test(value)) return false;
  const url = parseUrl(value);
  return url !== undefined && (url.protocol === 'https:' || isLoopback(url.hostname));
}
