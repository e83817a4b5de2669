import { expect, it } from '@jest/globals';
import { InvalidPresetError } from './oauth/index.js';
import { explain } from './start.js';

it("tells of a provider's preset that is wrong in one line, without a stack", () => {
  const fault = new InvalidPresetError('github.json', 'is not JSON');
  expect(explain(fault)).toBe('countersign: preset github.json: is not JSON');
});
