import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@countersign/openapi';
import { CountersignError } from '../../common/index.js';
import { withFixedArguments, type CallValues } from './fixed-arguments.js';
import type { FixedArguments } from './operation-policy.js';

const ACCOUNT = { '/body/account/id': { constant: 7 } };

function failure(args: JsonObject, fixed: FixedArguments, values: CallValues = {}) {
  try {
    withFixedArguments(args, fixed, values);
  } catch (error) {
    if (error instanceof CountersignError) return `${error.code} ${error.errors[0]?.pointer}: ${error.message}`;
    throw error;
  }
  throw new Error('no error was thrown');
}

describe('fixed arguments', () => {
  it('are added to those of the caller, whose objects are not changed', () => {
    const args = { limit: 5, body: { title: 'x', account: { kind: 'a' } } };
    const before = structuredClone(args);
    const fixed = { ...ACCOUNT, '/sort': { constant: ['a', null] } };
    expect(withFixedArguments(args, fixed, {})).toEqual({
      limit: 5,
      sort: ['a', null],
      body: { title: 'x', account: { kind: 'a', id: 7 } },
    });
    expect(args).toEqual(before);
  });

  it.each<JsonObject>([{}, { body: null }, { body: {} }, { body: { account: null } }])('are added to %j', (args) => {
    expect(withFixedArguments(args, ACCOUNT, {})).toEqual({ body: { account: { id: 7 } } });
  });

  it('are values of the call', () => {
    const fixed: FixedArguments = {
      '/u': { from: 'user' },
      '/c': { from: 'conversation_id' },
      '/s': { from: 'connection.Site' },
    };
    const values = { user: 'alice', conversationId: 'first', connection: { site: 'acme' } };
    expect(withFixedArguments({}, fixed, values)).toEqual({ u: 'alice', c: 'first', s: 'acme' });
  });

  it('named like members of Object.prototype are own members', () => {
    const args = withFixedArguments({}, { '/__proto__/x': { constant: 1 }, '/constructor': { constant: 2 } }, {});
    expect(JSON.stringify(args)).toBe('{"__proto__":{"x":1},"constructor":2}');
  });

  it('are rejected if the caller sends them, null too', () => {
    const expected = 'invalid_arguments /arguments/body/account/id: `body.account.id` is set by the policy';
    for (const id of [7, 8, null]) expect(failure({ body: { account: { id } } }, ACCOUNT)).toContain(expected);
    expect(failure({ 'a/b': 1 }, { '/a~1b': { constant: 1 } })).toMatch(/^invalid_arguments \/arguments\/a~1b: `a\/b`/);
  });

  it.each([['text'], [[]], [7]])('are rejected if the caller sends %j in place of an object', (body) => {
    const expected = 'invalid_arguments /arguments/body: `body` must be an object';
    expect(failure({ body: body as string }, ACCOUNT)).toBe(expected);
  });

  it('require the values that they come from', () => {
    expect(failure({}, { '/a': { from: 'user' } })).toMatch(/^user_required \/user:/);
    expect(failure({}, { '/a': { from: 'conversation_id' } })).toMatch(/^invalid_request \/conversation_id:/);
    expect(failure({}, { '/a': { from: 'connection.site' } }, { connection: { other: 'x' } })).toMatch(
      /^credential_unavailable undefined: the connection has no value "site"/,
    );
  });
});
