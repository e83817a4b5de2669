import { expect, it } from '@jest/globals';
import { matchesEtag } from './etag.js';

it.each(['"7"', 'W/"7"', '"6", W/"7"', '*'])('an entity tag is matched by %s', (header) => {
  expect(matchesEtag(header, '"7"')).toBe(true);
});

it.each(['"77"', '7', '', '"6", "8"'])('an entity tag is not matched by %j', (header) => {
  expect(matchesEtag(header, '"7"')).toBe(false);
});
