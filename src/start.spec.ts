import { expect, it } from '@jest/globals';
import { InvalidPresetError } from './oauth/index.js';
import { explain } from './start.js';

it("tells of a provider's preset that is wrong in one line, without a stack", () => {
  const fault = new InvalidPresetError('github.json', 'is not JSON');
  expect(explain(fault)).toBe('countersign: preset github.json: is not JSON');
});

it('tells of what nobody foresaw with its stack, and with nothing else that hangs on it', () => {
  const fault = Object.assign(new Error(`row of 'the quiet secret'`), { parameters: ['loud secret'] });
  expect(explain(fault)).toMatch(/^countersign: Error: row of '\[HIDDEN\]'\n +at .*start\.spec/);
  expect(explain(fault)).not.toMatch(/quiet|loud/);
});
