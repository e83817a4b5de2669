import { describe, expect, it } from '@jest/globals';
import { EventStreamReader } from './event-stream.js';

const bytes = (text: string) => new TextEncoder().encode(text);

/** Reads a stream in pieces of some bytes. */
function read(text: string, size: number): string[] {
  const reader = new EventStreamReader();
  const all = bytes(text);
  const found: string[] = [];
  for (let start = 0; start < all.length; start += size) found.push(...reader.read(all.subarray(start, start + size)));
  return [...found, ...reader.end()];
}

describe('EventStreamReader', () => {
  it.each(['\n', '\r\n', '\r'])('reads the same data however the stream is cut, with lines that end with %j', (end) => {
    const lines = [
      ': comment',
      'event: message',
      'id: 1',
      'data: {"a":',
      'data:"ü"}',
      '',
      'data',
      '',
      'retry: 5',
      '',
      'data: last',
      '',
    ];
    const stream = lines.map((line) => line + end).join('');
    for (const size of [1, 2, 3, 7, 1000]) expect(read(stream, size)).toEqual(['{"a":\n"ü"}', '', 'last']);
  });

  it('reads the last event without an empty line after it', () => {
    expect(read('data: {"id":1}', 4)).toEqual(['{"id":1}']);
    expect(read('data: {"id":1}\n', 4)).toEqual(['{"id":1}']);
  });

  it('reports data as soon as its event ends', () => {
    const reader = new EventStreamReader();
    expect(reader.read(bytes('data: 1\n'))).toEqual([]);
    expect(reader.read(bytes('\ndata: 2'))).toEqual(['1']);
  });
});
