import { type JsonObject, type Located } from '../document/json.js';

/** A file among the arguments, as ChatGPT's `openaiFileIdRefs` describe one, or with its content. Its place is none of a document's. */
export const FILE: Located<JsonObject> = {
  pointer: 'countersign/File',
  value: {
    type: 'object',
    description: 'A file: with its content in base64, or with a link that it is downloaded from',
    properties: {
      name: { type: 'string' },
      mime_type: { type: 'string' },
      content: { type: 'string', contentEncoding: 'base64' },
      download_link: { type: 'string', format: 'uri' },
      id: { type: 'string' },
    },
    anyOf: [{ required: ['content'] }, { required: ['download_link'] }],
  },
};

/** What may be given for a file that is sent: text as it is, or a file. */
export function sentFile(file: JsonObject, description: string | undefined): JsonObject {
  const text = { type: 'string', description: 'The content as text' };
  return { ...(description !== undefined && { description }), anyOf: [file, text] };
}
