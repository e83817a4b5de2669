import { expect, it } from '@jest/globals';
import { negotiated } from './negotiation.js';

it.each([
  [undefined, 'en'],
  ['', 'en'],
  ['de', 'de'],
  ['DE', 'de'],
  ['de-AT', 'de'],
  ['de-Latn-CH-1996', 'de'],
  ['den', 'en'],
  ['en-GB,en;q=0.9,de;q=0.8', 'en'],
  ['fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5', 'en'],
  ['fr-CH, fr;q=0.9, de;q=0.8, en;q=0.7, *;q=0.5', 'de'],
  ['en;q=0.2, de;q=0.3', 'de'],
  ['en;q=0.300 , de ; q=0.3', 'en'],
  ['de;q=0.3,en;q=0.3', 'de'],
  ['fr', 'en'],
  ['fr, *;q=0.1', 'en'],
  ['*', 'en'],
  ['en;q=0, *', 'de'],
  ['*, en;q=0.1', 'de'],
  ['fr, *;q=0.5, en;q=0.1', 'de'],
  ['en;q=0', 'de'],
  ['de;q=0, en;q=0', 'en'],
  ['de;q=0.0,de-AT', 'en'],
  ['de;q=2, en;q=0.1', 'en'],
  ['de;q=, en;q=0.1', 'en'],
  [';;;,,,de', 'de'],
  ['*;q=0, de;q=0.1', 'de'],
  [`${'fr,'.repeat(100)}de`, 'en'],
])('of %j is %s', (header, language) => {
  expect(negotiated(header, ['en', 'de'])).toBe(language);
});
