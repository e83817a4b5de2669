import { describe, expect, it } from '@jest/globals';
import { Html, html } from '../html.js';
import { LANGUAGES, textsOf } from './index.js';

/** Every text of a language by where it stands, functions called with words that can be found again. */
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

describe.each(LANGUAGES)('the texts in %s', (language) => {
  const texts = textsIn(textsOf(language));

  it('are all there, none empty', () => {
    expect(texts.map(([path]) => path)).toEqual([...english.keys()]);
    expect(texts.filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('say what they are given, as the English do', () => {
    const said = (text = '') => ['ONE', 'TWO', '3'].filter((word) => text.includes(word));
    for (const [path, text] of texts) expect([path, said(text)]).toEqual([path, said(english.get(path))]);
  });

  it('hold no code, no placeholder and no mark-up that is not meant', () => {
    for (const [path, text] of texts)
      expect([path, text]).toEqual([path, expect.not.stringMatching(/_|undefined|[<>{}]/)]);
  });
});

it('are not the same in two languages', () => {
  const same = textsIn(textsOf('de')).filter(([path, text]) => english.get(path) === text);
  expect(same).toEqual([]);
});
