export { BrowserBinding } from './browser-binding.js';
export { InLanguage } from './in-language.js';
export { page, type Page, type PageTheme } from './layout.js';
export { Html, html, joinHtml } from './markup/html.js';
export { outcomePage, type Outcome } from './outcome-page.js';
export { languageOf, persistLanguage } from './page-language.js';
export { PageLimitGuard } from './page-limit.guard.js';
export { PageError } from './page.error.js';
export { PageFilter } from './page.filter.js';
export { answerSpeculative, redirect } from './replies.js';
export { isSameOriginForm } from './same-origin-form.js';
export { isSpeculative } from './speculative-request.js';
export {
  textsOf,
  type AuthorizationRefusal,
  type Explanation,
  type FailureKind,
  type FormError,
  type Language,
  type PromptName,
  type RefusalReason,
} from './texts/index.js';
export { dateElement, relativeTimeElement } from './time-elements.js';
export { UserCookie, type BrowserOwner } from './user-cookie.js';
