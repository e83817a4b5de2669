import { moved } from '../../workers/moved.js';
import { transferable } from '../../workers/transferable.js';
import { toolResponse, type ApiResponse, type ToolAnswer } from './tool-response.js';

/** The job of worker threads that reads the large result of a tool, as {@link toolResponse} does. */
export function readLargeResult(
  answer: ToolAnswer & { body: Uint8Array<ArrayBuffer> },
): (Omit<ApiResponse, 'body'> & { body: Uint8Array<ArrayBuffer> }) | string {
  const response = toolResponse(answer);
  if (typeof response === 'string') return response;
  const body = transferable(response.body);
  return moved({ ...response, body }, [body]);
}
