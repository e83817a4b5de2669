import { describe, expect, it } from '@jest/globals';
import { Html, html } from '../markup/html.js';
import { LANGUAGES, textsOf } from './index.js';

/** Lists the texts of a language by their path. Functions are called with words that can be found in their text. */
function textsIn(value: unknown, at = ''): [path: string, text: string][] {
  if (typeof value === 'string') return [[at, value]];
  if (value instanceof Html) return [[at, value.text]];
  if (typeof value === 'function') {
    const isCount = /scopes|more|intro/.test(at);
    const words = [html`ONE`, html`TWO`];
    const takesHtml = /request|ask\/text|open\/text/.test(at);
    return [1, 3].flatMap((count) =>
      textsIn(value(...(isCount ? [count, 'ONE'] : takesHtml ? words : ['ONE', 'TWO'])), `${at}(${count})`),
    );
  }
  return Object.entries(value as object).flatMap(([key, each]) => textsIn(each, `${at}/${key}`));
}

const english = new Map(textsIn(textsOf('en')));

describe.each(LANGUAGES)('the language %s', (language) => {
  const texts = textsIn(textsOf(language));

  it('has every text, and none is empty', () => {
    expect(texts.map(([path]) => path)).toEqual([...english.keys()]);
    expect(texts.filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('uses the same parameters as the English texts', () => {
    const wordsIn = (text = '') => ['ONE', 'TWO', '3'].filter((word) => text.includes(word));
    for (const [path, text] of texts) expect([path, wordsIn(text)]).toEqual([path, wordsIn(english.get(path))]);
  });

  it('contains no error codes, placeholders or unintended markup', () => {
    for (const [path, text] of texts)
      expect([path, text]).toEqual([path, expect.not.stringMatching(/_|undefined|[<>{}]/)]);
  });
});

it('translates every text', () => {
  const same = textsIn(textsOf('de')).filter(([path, text]) => english.get(path) === text);
  expect(same).toEqual([]);
});
