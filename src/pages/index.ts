export { BrowserBinding } from './browser-binding.js';
export { isFromOurPage } from './form-origin.js';
export { Html, html, joined } from './html.js';
export { InLanguage } from './in-language.js';
export { type Look, type Page, page, pageHeaders } from './layout.js';
export { ago, day } from './moments.js';
export { type Outcome, outcomePage } from './outcome-page.js';
export { keepLanguage, languageOf } from './page-language.js';
export { PageLimitGuard } from './page-limit.guard.js';
export { PageFilter } from './page.filter.js';
export {
  type Explanation,
  type FailureKind,
  type Language,
  type Mistake,
  type PromptName,
  type RefusalReason,
  textsOf,
} from './texts/index.js';
export { PageError } from './page.error.js';
