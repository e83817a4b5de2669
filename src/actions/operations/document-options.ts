import type { DocumentOptions } from '@countersign/openapi';
import type { Action } from '../store/action.entity.js';

/** Headers that only the server sets, for the API to learn about the conversation: no parameter of an operation may. */
export const RESERVED_HEADERS = ['openai-*'] as const;

/** Returns how the operations of an action are read. Plain data. */
export function documentOptions({
  openapiUrl,
  authSettings,
  serverChoice,
}: Pick<Action, 'openapiUrl' | 'authSettings' | 'serverChoice'>): DocumentOptions {
  const staticHeaders = Object.keys(authSettings['static_headers'] ?? {});
  return {
    documentUrl: openapiUrl ?? undefined,
    reservedHeaders: RESERVED_HEADERS,
    server: serverChoice ?? undefined,
    presetHeaders: staticHeaders.map((name) => name.toLowerCase()),
  };
}
