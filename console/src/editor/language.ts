export type Language = 'JSON' | 'YAML';

/** Guesses the language from the first character, so that incomplete documents are highlighted. */
export function languageOf(text: string): Language {
  return /^\s*[{[]/.test(text) ? 'JSON' : 'YAML';
}
