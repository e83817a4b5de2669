import { useMutation } from '@tanstack/react-query';
import { api, send } from '../api/client';
import type { Schema } from '../api/types';

export type DocumentCheck = Schema<'DocumentCheckDto'>;

/** Checks an OpenAPI document without storing it. */
export function checkDocument(openapi: string, signal: AbortSignal): Promise<DocumentCheck> {
  return send(api.POST('/v1/openapi/check', { body: { openapi }, signal }));
}

/** Formats an OpenAPI document, or converts it to the other language. */
export function useFormatDocument() {
  return useMutation({
    mutationFn: (body: Schema<'FormatDocumentDto'>) => send(api.POST('/v1/openapi/format', { body })),
  });
}
