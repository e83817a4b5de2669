import { de } from './de.js';
import { en } from './en.js';
import type { Texts } from './texts.js';

/** Texts by language. The first language is the default. */
export const TEXTS = { en, de } satisfies Record<string, Texts>;

export type Language = keyof typeof TEXTS;

export const LANGUAGES = Object.keys(TEXTS) as [Language, ...Language[]];

export function textsOf(language: Language): Texts {
  return TEXTS[language];
}

export type {
  AuthorizationRefusal,
  Explanation,
  FailureKind,
  FormError,
  Message,
  PromptName,
  RefusalReason,
  Texts,
} from './texts.js';
