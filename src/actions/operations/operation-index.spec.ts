import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { CountersignError } from '../../common/index.js';
import type { Action } from '../store/action.entity.js';
import { GptIndex } from './operation-index.js';

const action = (id: string) => ({ id }) as Action;
const NOTES = action('act-notes2345xyz');
const MAIL = action('act-mail67892xyz');

/** An index of operations as `action id: operation ids`. */
function indexOf(...operations: [Action, ...string[]][]): GptIndex {
  const rows = operations.flatMap(([{ id }, ...names]) => names.map((operationId) => ({ actionId: id, operationId })));
  return new GptIndex([NOTES, MAIL], rows);
}

function failure(work: () => unknown): CountersignError {
  try {
    work();
  } catch (error) {
    if (error instanceof CountersignError) return error;
  }
  throw new Error('it was found');
}

describe('an operation of a GPT', () => {
  const index = indexOf([NOTES, 'list', 'createNote'], [MAIL, 'list', 'send']);

  it('is found by its id', () => {
    expect(index.find('send')).toEqual({ action: MAIL, operationId: 'send' });
    expect(index.find('send', MAIL.id)).toEqual({ action: MAIL, operationId: 'send' });
  });

  it('that two actions have is found by its id and its action', () => {
    expect(index.find('list', NOTES.id).action).toBe(NOTES);
    expect(index.find('list', MAIL.id).action).toBe(MAIL);
  });

  it('that two actions have is found by a name of its own, with its id as the document has it', () => {
    expect(index.find('list_notes234')).toEqual({ action: NOTES, operationId: 'list' });
    expect(index.find('list_mail6789')).toEqual({ action: MAIL, operationId: 'list' });
  });

  it('that two actions have is ambiguous without more, and both names are told', () => {
    const error = failure(() => index.find('list'));
    expect(error.code).toBe('ambiguous_operation');
    expect(error.message).toContain('list_notes234');
    expect(error.message).toContain('list_mail6789');
  });

  it('that only one action has gets no second name', () => {
    expect(failure(() => index.find('send_mail6789')).code).toBe('operation_not_found');
  });

  it('of another action than the one that is named is not found', () => {
    expect(failure(() => index.find('send', NOTES.id)).code).toBe('operation_not_found');
    expect(failure(() => index.find('send', 'act-other')).code).toBe('operation_not_found');
  });

  it.each(['', 'unknown', 'constructor', '__proto__', 'LIST'])('is not found by %j', (name) => {
    expect(failure(() => index.find(name)).code).toBe('operation_not_found');
  });

  it('is not quoted at any length', () => {
    expect(failure(() => index.find('x'.repeat(2000))).message.length).toBeLessThan(150);
  });

  it('of an action that is gone meanwhile is left out', () => {
    const rows = [{ actionId: 'act-gone', operationId: 'old' }];
    expect(failure(() => new GptIndex([NOTES], rows).find('old')).code).toBe('operation_not_found');
  });

  it('has a name that tools may have, however long its id is', () => {
    const long = 'x'.repeat(100);
    const index = indexOf([NOTES, long], [MAIL, long]);
    expect(failure(() => index.find(long)).code).toBe('ambiguous_operation');
    const names = index.operations.map(({ toolName }) => toolName);
    expect(new Set(names).size).toBe(2);
    for (const name of names) {
      expect(name).toMatch(/^[\w-]{1,64}$/);
      expect(index.find(name).operationId).toBe(long);
    }
  });
});

describe('an id that models do not take', () => {
  const index = indexOf([NOTES, 'notes/list', 'notes.get', 'notes_get'], [MAIL, 'notes list', 'send']);
  const names = index.operations.map(({ toolName }) => toolName);

  it('has a name that they take, and both find the operation', () => {
    expect(names).toEqual([
      'notes_list_notes234',
      expect.stringMatching(/^notes_get_[0-9a-f]{8}$/),
      'notes_get',
      'notes_list_mail6789',
      'send',
    ]);
    const found = names.map((name) => index.find(name).operationId);
    expect(found).toEqual(['notes/list', 'notes.get', 'notes_get', 'notes list', 'send']);
    expect(found.map((id) => index.find(id).operationId)).toEqual(found);
  });

  it('is ambiguous by the name that it shares with another action, and not with that action', () => {
    expect(failure(() => index.find('notes_list')).code).toBe('ambiguous_operation');
    expect(index.find('notes_list', MAIL.id)).toEqual({ action: MAIL, operationId: 'notes list' });
  });
});
