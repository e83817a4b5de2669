import { describe, expect, it } from '@jest/globals';
import { missingParameters } from './missing-parameters.js';

describe('missingParameters', () => {
  it.each([
    [
      'zod 3',
      '[{"code":"invalid_type","expected":"string","received":"undefined","path":["code_challenge"],"message":"Required"}]',
      ['code_challenge'],
    ],
    [
      'zod 4, printed over several lines that became spaces',
      '[   {     "expected": "string",     "code": "invalid_type",     "path": [       "resource"     ],     "message": "Invalid input: expected string, received undefined"   } ]',
      ['resource'],
    ],
    [
      'text that is cut off',
      '[{"expected":"string","path":["audience"],"message":"Invalid input: expected string, received undef',
      ['audience'],
    ],
    ['a nested path', '{"issues":[{"path":["body","client_secret"],"message":"Required"}]}', ['client_secret']],
    [
      'several issues, of which one is about a value',
      '[{"path":["scope"],"message":"Required"},{"path":["state"],"code":"too_small","message":"too short"},{"path":["login_hint"],"message":"Required"}]',
      ['scope', 'login_hint'],
    ],
    [
      'another wrong value',
      '[{"code":"invalid_type","received":"number","path":["max_age"],"message":"Expected string"}]',
      [],
    ],
    ['a sentence', 'the parameter "path" is required', []],
    ['nothing', undefined, []],
  ])('names the parameters in %s', (_, description, expected) => {
    expect(missingParameters(description)).toEqual(expected);
  });

  it('reads long texts in linear time', () => {
    const text = '{"path":["a'.repeat(20_000);
    expect(missingParameters(text)).toEqual([]);
  });
});
