import { type JsonObject, type Located } from '../document/json.js';

/** The schema of a file argument: like an element of ChatGPT's `openaiFileIdRefs`, or with its content. The pointer is not one of a document. */
export const FILE: Located<JsonObject> = {
  pointer: 'built-in/File',
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

/** Returns the schema of an argument that is sent as a file: text, or a file. */
export function fileArgument(file: JsonObject, description: string | undefined): JsonObject {
  const text = { type: 'string', description: 'The content as text' };
  return { ...(description !== undefined && { description }), anyOf: [file, text] };
}
