export type Language = 'JSON' | 'YAML';

/** By its first character: a text is coloured while nobody could read it yet. */
export function languageOf(text: string): Language {
  return /^\s*[{[]/.test(text) ? 'JSON' : 'YAML';
}
