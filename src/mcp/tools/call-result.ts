import { JsonBody, type CompletedDto } from '../../dispatch/index.js';
import type { ModelFile, ModelResult } from '../../tool-calls/index.js';

/**
 * Returns a `CallToolResult`: the text of the body, images and audio as blocks, other files as embedded resources, and then what was left out.
 *
 * @param callId part of the URIs of files; required if there are any
 */
export function callToolResult({ isError, text, notes, files }: ModelResult, callId = ''): Record<string, unknown> {
  const content = [
    textBlock(text),
    ...files.map((file) => fileBlock(file, callId)),
    ...(notes.length > 0 ? [textBlock(notes.map((note) => `Note: ${note}`).join('\n'))] : []),
  ];
  return { content, ...(isError && { isError: true }) };
}

/** Returns `structuredContent`: the body as it was written, if it is an object. */
export function structuredContent({ response }: CompletedDto): JsonBody | undefined {
  const { body, status } = response;
  if (!(body instanceof JsonBody) || status >= 400 || !body.text.trimStart().startsWith('{')) return undefined;
  return body;
}

function textBlock(text: string): object {
  return { type: 'text', text };
}

function fileBlock({ name, mimeType, content }: ModelFile, callId: string): object {
  const [kind] = mimeType.split('/');
  if (kind === 'image' || kind === 'audio') return { type: kind, data: content, mimeType };
  const uri = `countersign://calls/${callId}/files/${encodeURIComponent(name)}`;
  return { type: 'resource', resource: { uri, mimeType, blob: content } };
}
