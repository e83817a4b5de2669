import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { CountersignError } from '../../common/index.js';
import type { Action } from '../store/action.entity.js';
import { OperationIndex } from './operation-index.js';

const action = (id: string) => ({ id }) as Action;
const NOTES = action('act-notes2345xyz');
const MAIL = action('act-mail67892xyz');

/** An index of operations as `action id: operation ids`. */
function indexOf(...operations: [Action, ...string[]][]): OperationIndex {
  const rows = operations.flatMap(([{ id }, ...names]) => names.map((operationId) => ({ actionId: id, operationId })));
  return new OperationIndex([NOTES, MAIL], rows);
}

function failure(work: () => unknown): CountersignError {
  try {
    work();
  } catch (error) {
    if (error instanceof CountersignError) return error;
  }
  throw new Error('no error was thrown');
}

describe('an operation of a GPT', () => {
  const index = indexOf([NOTES, 'list', 'createNote'], [MAIL, 'list', 'send']);

  it('is found by its id', () => {
    expect(index.find('send')).toEqual({ action: MAIL, operationId: 'send' });
    expect(index.find('send', MAIL.id)).toEqual({ action: MAIL, operationId: 'send' });
  });

  it('is found by id and action if two actions have it', () => {
    expect(index.find('list', NOTES.id).action).toBe(NOTES);
    expect(index.find('list', MAIL.id).action).toBe(MAIL);
  });

  it('is found by its distinct name if two actions have it', () => {
    expect(index.find('list_notes234')).toEqual({ action: NOTES, operationId: 'list' });
    expect(index.find('list_mail6789')).toEqual({ action: MAIL, operationId: 'list' });
  });

  it('is ambiguous by id alone if two actions have it, and the error lists both names', () => {
    const error = failure(() => index.find('list'));
    expect(error.code).toBe('ambiguous_operation');
    expect(error.message).toContain('list_notes234');
    expect(error.message).toContain('list_mail6789');
  });

  it('has no distinct name if only one action has it', () => {
    expect(failure(() => index.find('send_mail6789')).code).toBe('operation_not_found');
  });

  it('is not found under the id of another action', () => {
    expect(failure(() => index.find('send', NOTES.id)).code).toBe('operation_not_found');
    expect(failure(() => index.find('send', 'act-other')).code).toBe('operation_not_found');
  });

  it.each(['', 'unknown', 'constructor', '__proto__', 'LIST'])('is not found by %j', (name) => {
    expect(failure(() => index.find(name)).code).toBe('operation_not_found');
  });

  it('is quoted in errors up to a limited length', () => {
    expect(failure(() => index.find('x'.repeat(2000))).message.length).toBeLessThan(150);
  });

  it('is skipped if its action was deleted', () => {
    const rows = [{ actionId: 'act-gone', operationId: 'old' }];
    expect(failure(() => new OperationIndex([NOTES], rows).find('old')).code).toBe('operation_not_found');
  });

  it('has a valid tool name however long its id is', () => {
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

describe('an operation id that models do not accept', () => {
  const index = indexOf([NOTES, 'notes/list', 'notes.get', 'notes_get'], [MAIL, 'notes list', 'send']);
  const names = index.operations.map(({ toolName }) => toolName);

  it('gets a valid tool name, and both names find the operation', () => {
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

  it('is ambiguous by a tool name shared with another action, unless the action is given', () => {
    expect(failure(() => index.find('notes_list')).code).toBe('ambiguous_operation');
    expect(index.find('notes_list', MAIL.id)).toEqual({ action: MAIL, operationId: 'notes list' });
  });
});
