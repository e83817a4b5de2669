import { describe, expect, it } from '@jest/globals';
import { answerWatcher } from './answer-reader.js';

const STREAM = { headers: { 'content-type': 'text/event-stream' } };
const large = 'x'.repeat(100_000);

/** Returns after which message of a stream the answer is complete, from 1. */
function completeAfter(...messages: object[]): number | undefined {
  const watch = answerWatcher(7, STREAM);
  const index = messages.findIndex((message) => {
    const bytes = new TextEncoder().encode(`data: ${JSON.stringify(message)}\n\n`);
    return [bytes.subarray(0, 50_000), bytes.subarray(50_000)].map((piece) => watch?.(piece)).includes(true);
  });
  return index === -1 ? undefined : index + 1;
}

describe('answerWatcher', () => {
  it('finds the answer after messages of the server, small and large', () => {
    const messages = [
      { jsonrpc: '2.0', method: 'notifications/message', params: { data: large } },
      { jsonrpc: '2.0', id: 7, method: 'ping' },
      { jsonrpc: '2.0', id: 6, result: {} },
    ];
    expect(completeAfter(...messages, { jsonrpc: '2.0', id: 7, result: {} })).toBe(4);
    expect(
      completeAfter(...messages, { result: { content: [{ type: 'text', text: large }] }, jsonrpc: '2.0', id: 7 }),
    ).toBe(4);
    expect(completeAfter(...messages)).toBeUndefined();
  });

  it('watches no other bodies, and none that are compressed', () => {
    expect(answerWatcher(7, { headers: { 'content-type': 'application/json' } })).toBeUndefined();
    expect(answerWatcher(7, { headers: { ...STREAM.headers, 'content-encoding': 'gzip' } })).toBeUndefined();
  });
});
