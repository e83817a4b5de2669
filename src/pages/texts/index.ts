import { de } from './de.js';
import { en } from './en.js';
import type { Texts } from './texts.js';

/** The languages that pages speak; the first where a browser asks for none of them. */
export const TEXTS = { en, de } satisfies Record<string, Texts>;

export type Language = keyof typeof TEXTS;

export const LANGUAGES = Object.keys(TEXTS) as [Language, ...Language[]];

export function textsOf(language: Language): Texts {
  return TEXTS[language];
}

export type { Explanation, FailureKind, Mistake, PromptName, RefusalReason, Told } from './texts.js';
