import { describe, expect, it } from '@jest/globals';
import { readArguments, readToolCalls, ToolCallError } from './tool-call.js';

const CALL = { name: 'listNotes', arguments: { limit: 3 } };

const CHAT = { id: 'call_1', type: 'function', function: { name: 'listNotes', arguments: '{"limit":3}' } };
const RESPONSES = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'listNotes', arguments: '{"limit":3}' };
const ANTHROPIC = { type: 'tool_use', id: 'toolu_1', name: 'listNotes', input: { limit: 3 } };

describe('readToolCalls', () => {
  it.each([
    ['an item of Chat Completions', CHAT],
    ['an item without a type', { function: CHAT.function }],
    ['an item with arguments as an object', { ...CHAT, function: CALL }],
    ['a function_call of Responses', RESPONSES],
    ['a function_call with arguments as an object', { ...RESPONSES, arguments: CALL.arguments }],
    ['a tool_use of Anthropic', ANTHROPIC],
    ['a tool_use with its input as text', { ...ANTHROPIC, input: '{"limit":3}' }],
    ['an assistant message of Chat Completions', { role: 'assistant', content: null, tool_calls: [CHAT] }],
    ['a whole response of Chat Completions', { choices: [{ message: { role: 'assistant', tool_calls: [CHAT] } }] }],
    ['a whole response of Responses', { output: [{ type: 'reasoning', summary: [] }, RESPONSES] }],
    ['a whole response of Anthropic', { content: [{ type: 'text', text: 'I look.' }, ANTHROPIC] }],
  ])('reads a call from %s', (_, value) => {
    expect(readToolCalls(JSON.stringify(value))).toEqual([CALL]);
    expect(readToolCalls(`\n ${JSON.stringify([value], null, 2)}\n`)).toEqual([CALL]);
  });

  it('reads several calls of different vendors in their order', () => {
    const second = { type: 'tool_use', name: 'about', input: {} };
    expect(readToolCalls(JSON.stringify([CHAT, second, RESPONSES]))).toEqual([
      CALL,
      { name: 'about', arguments: {} },
      CALL,
    ]);
  });

  it.each([
    ['empty text', { type: 'function_call', name: 'about', arguments: '' }],
    ['nothing', { type: 'function', function: { name: 'about' } }],
    ['null', { type: 'tool_use', name: 'about', input: null }],
  ])('reads a call whose arguments are %s', (_, value) => {
    expect(readToolCalls(JSON.stringify(value))).toEqual([{ name: 'about', arguments: {} }]);
  });

  it.each([
    ['an empty text', '  ', 'Paste a tool call'],
    ['text', 'call listNotes', 'Invalid JSON'],
    ['a list without a call', '[]', 'No tool call found'],
    ['a text', '"listNotes"', 'No tool call found'],
    ['a definition in place of a call', '{"type":"function","name":"listNotes"}', 'No tool call found'],
    ['a call without a name', '{"type":"tool_use","input":{}}', 'A call has no tool name'],
    ['broken arguments', '{"function":{"name":"a","arguments":"{"}}', 'The arguments of a are invalid JSON'],
    ['a list of arguments', '{"function":{"name":"a","arguments":"[1]"}}', 'The arguments of a must be an object'],
  ])('rejects %s', (_, text, message) => {
    expect(() => readToolCalls(text)).toThrow(ToolCallError);
    expect(() => readToolCalls(text)).toThrow(message);
  });
});

describe('readArguments', () => {
  it('reads an object, or no arguments from an empty text', () => {
    expect(readArguments('{"limit": 3}')).toEqual({ limit: 3 });
    expect(readArguments(' ')).toEqual({});
  });

  it.each([
    ['[1]', 'The arguments must be an object'],
    ['null', 'The arguments must be an object'],
    ['{limit: 3}', 'The arguments are invalid JSON'],
  ])('rejects %s', (text, message) => {
    expect(() => readArguments(text)).toThrow(message);
  });
});
