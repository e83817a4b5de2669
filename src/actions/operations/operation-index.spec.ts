import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { CountersignError } from '../../common/index.js';
import type { Action } from '../store/action.entity.js';
import type { PolicyFields } from '../store/operation-policy.entity.js';
import { OperationIndex } from './operation-index.js';

const action = (id: string) => ({ id, serverUrl: 'https://{connection.site}.example.com/v1' }) as Action;
const NOTES = action('act-notes2345xyz');
const MAIL = action('act-mail67892xyz');

const row = (actionId: string, operationId: string) => ({ actionId, operationId, method: 'GET', path: '/x' });

/** An index of operations as `action id: operation ids`. */
function indexOf(...operations: [Action, ...string[]][]): OperationIndex {
  const rows = operations.flatMap(([{ id }, ...names]) => names.map((operationId) => row(id, operationId)));
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
    const rows = [row('act-gone', 'old')];
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

describe('the policies of operations', () => {
  /** An index of two actions; the policies are those of the first. */
  const withPolicies = (policies: Record<string, PolicyFields>) => {
    const rows = ['list', 'notes.get', 'send']
      .map((id) => row(NOTES.id, id))
      .concat(row(MAIL.id, 'list'), row(MAIL.id, 'trash'));
    return new OperationIndex([NOTES, MAIL], rows, new Map([[NOTES.id, new Map(Object.entries(policies))]]));
  };
  const toolNames = (index: OperationIndex) => index.operations.map(({ toolName }) => toolName);

  it('remove disabled operations, whose names others may take', () => {
    const index = withPolicies({ list: { enabled: false }, send: { name: 'list_all' } });
    expect(toolNames(index)).toEqual(['notes_get', 'list_all', 'list', 'trash']);
    expect(index.find('list').action).toBe(MAIL);
    expect(failure(() => index.find('list', NOTES.id)).code).toBe('operation_not_found');
    const swapped = withPolicies({ 'notes.get': { enabled: false }, send: { name: 'notes_get' } });
    expect(swapped.find('notes_get').operationId).toBe('send');
  });

  it('rename operations, which are found by their ids, their former names and their new names', () => {
    const index = withPolicies({ 'notes.get': { name: 'readNote' }, list: { name: 'listNotes' } });
    expect(toolNames(index)).toEqual(['listNotes', 'readNote', 'send', 'list_mail6789', 'trash']);
    for (const name of ['notes.get', 'notes_get', 'readNote']) expect(index.find(name).operationId).toBe('notes.get');
    expect(failure(() => index.find('list')).message).toContain('listNotes, list_mail6789');
  });

  it('do not rename an operation to the name of another', () => {
    const names = { list: { name: 'send' }, 'notes.get': { name: 'trash' }, send: { name: 'notes_get' } };
    expect(toolNames(withPolicies(names))).toEqual([
      'list_notes234',
      'trash_notes234',
      'send',
      'list_mail6789',
      'trash_mail6789',
    ]);
    const twice = withPolicies({ list: { name: 'same' }, 'notes.get': { name: 'same' } });
    expect(toolNames(twice)).toEqual(['same', 'notes_get', 'send', 'list_mail6789', 'trash']);
  });

  it('are part of what is found, if they limit calls', () => {
    const index = withPolicies({
      send: { enabled: false },
      list: { follow_redirects: true, response: { max_items: 5 } },
      'notes.get': { confirmation: 'always' },
    });
    const { policy, callPolicy } = index.find('list', NOTES.id);
    expect(policy).toMatchObject({ response: { maxItems: 5 }, followRedirects: true });
    expect(callPolicy).toMatchObject({ response: { maxItems: 5 }, followRedirects: true });
    expect(callPolicy?.isDisabledPath('GET', '/v1/x')).toBe(true);
    expect(callPolicy?.isDisabledPath('GET', '/v1/y')).toBe(false);
    expect(index.find('notes.get').callPolicy).toBeUndefined();
    expect(index.find('trash').policy).toBeUndefined();
  });

  it('count by their length in the weight of the index', () => {
    expect(indexOf([NOTES, 'list', 'send']).weight).toBe(3);
    expect(withPolicies({ send: { description: 'x'.repeat(25_000) } }).weight).toBeGreaterThan(100);
  });
});

describe('a key for some operations', () => {
  const index = indexOf([NOTES, 'list', 'createNote'], [MAIL, 'list', 'send']);
  const allowed = [`${MAIL.id}/list`, `${NOTES.id}/createNote`];

  it('finds these only', () => {
    expect(index.find('list', undefined, allowed).action).toBe(MAIL);
    expect(index.find('createNote', NOTES.id, allowed).action).toBe(NOTES);
    for (const [name, actionId] of [['send'], ['list', NOTES.id], ['list_notes234']] as const) {
      expect(failure(() => index.find(name, actionId, allowed)).code).toBe('operation_not_found');
    }
  });
});
