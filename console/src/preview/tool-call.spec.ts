import { describe, expect, it } from '@jest/globals';
import { readArguments, readToolCalls, ToolCallMistake } from './tool-call.js';

const CALL = { name: 'listNotes', arguments: { limit: 3 } };

const CHAT = { id: 'call_1', type: 'function', function: { name: 'listNotes', arguments: '{"limit":3}' } };
const RESPONSES = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'listNotes', arguments: '{"limit":3}' };
const ANTHROPIC = { type: 'tool_use', id: 'toolu_1', name: 'listNotes', input: { limit: 3 } };

describe('a pasted tool call', () => {
  it.each([
    ['an item of Chat Completions', CHAT],
    ['an item without a type', { function: CHAT.function }],
    ['an item with arguments as an object', { ...CHAT, function: CALL }],
    ['a function_call of Responses', RESPONSES],
    ['a function_call with arguments as an object', { ...RESPONSES, arguments: CALL.arguments }],
    ['a tool_use of Anthropic', ANTHROPIC],
    ['a tool_use with its input as text', { ...ANTHROPIC, input: '{"limit":3}' }],
    ['an assistant message of Chat Completions', { role: 'assistant', content: null, tool_calls: [CHAT] }],
    ['a whole answer of Chat Completions', { choices: [{ message: { role: 'assistant', tool_calls: [CHAT] } }] }],
    ['a whole answer of Responses', { output: [{ type: 'reasoning', summary: [] }, RESPONSES] }],
    ['a whole answer of Anthropic', { content: [{ type: 'text', text: 'I look.' }, ANTHROPIC] }],
  ])('is read from %s', (_, value) => {
    expect(readToolCalls(JSON.stringify(value))).toEqual([CALL]);
    expect(readToolCalls(`\n ${JSON.stringify([value], null, 2)}\n`)).toEqual([CALL]);
  });

  it('may be several, of several vendors, in their order', () => {
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
  ])('without arguments has %s for them', (_, value) => {
    expect(readToolCalls(JSON.stringify(value))).toEqual([{ name: 'about', arguments: {} }]);
  });

  it.each([
    ['nothing', '  ', 'there is nothing here'],
    ['text', 'call listNotes', 'This is not JSON'],
    ['a list without a call', '[]', 'There is no tool call in this'],
    ['a text', '"listNotes"', 'There is no tool call in this'],
    ['a definition in place of a call', '{"type":"function","name":"listNotes"}', 'There is no tool call in this'],
    ['no name', '{"type":"tool_use","input":{}}', 'names no tool'],
    ['broken arguments', '{"function":{"name":"a","arguments":"{"}}', 'The arguments of a are not JSON'],
    ['a list of arguments', '{"function":{"name":"a","arguments":"[1]"}}', 'The arguments of a are no object'],
  ])('is refused where it is %s', (_, text, message) => {
    expect(() => readToolCalls(text)).toThrow(ToolCallMistake);
    expect(() => readToolCalls(text)).toThrow(message);
  });
});

describe('typed arguments', () => {
  it('are an object, or nothing at all', () => {
    expect(readArguments('{"limit": 3}')).toEqual({ limit: 3 });
    expect(readArguments(' ')).toEqual({});
  });

  it.each([
    ['[1]', 'The arguments are an object'],
    ['null', 'The arguments are an object'],
    ['{limit: 3}', 'The arguments are not JSON'],
  ])('are refused as %s', (text, message) => {
    expect(() => readArguments(text)).toThrow(message);
  });
});
