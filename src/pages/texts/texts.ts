import type { Html } from '../markup/html.js';

/** Title and text of a page that shows a result or an error. */
export interface Message {
  title: string;
  text: string;
}

/** Reasons why a sign-in failed, grouped by what the user can do. */
export type FailureKind = 'setup' | 'unreachable' | 'untrusted' | 'other_user' | 'changed' | 'other';

/** Reasons why a browser cannot continue a sign-in. */
export type RefusalReason =
  'unknown' | 'no_state' | 'expired' | 'other_browser' | 'ended' | 'too_many_attempts' | 'cross_site';

/** Ways to sign in that a sign-in page explains. */
export type Explanation = 'provider' | 'api_key' | 'password';

export type PromptName = 'api_key' | 'username' | 'password';

/** Errors in a submitted form. */
export type FormError = 'not_accepted' | 'not_checked' | 'no_username' | 'colon_in_username' | 'no_key' | 'not_a_key';

/** All texts that end users see. Each language must have all of them. */
export interface Texts {
  /** Name of the language in the language itself. */
  languageName: string;
  languages: string;
  reference: string;
  /** Button that leads back to the tenant. */
  goBack: string;
  canClose: string;

  signIn: {
    title: (domain: string) => string;
    request: (gpt: Html, domain: Html) => Html;
    explanations: Record<Explanation, string>;
    assistant: string;
    from: string;
    usedFor: string;
    scopes: (count: number) => string;
    prompts: Record<PromptName, string>;
    /** Link to the page of the service where a user finds their key. */
    help: (host: string) => string;
    formErrors: Record<FormError, string>;
    privacyPolicy: (domain: string) => string;
    buttons: Record<Explanation, (domain: string) => string>;
    caution: string;
  };

  outcomes: {
    connected: (domain: string) => Message;
    denied: Message;
    awaiting: Message;
    expired: Message;
    failed: { title: (domain: string) => string; text: Record<FailureKind, (domain: string) => string> };
  };

  refusals: Record<RefusalReason, Message>;
  tooFast: Message;
  broken: Message;

  accounts: {
    open: { title: string; text: (tenant: Html) => Html; user: string; button: string; caution: string };
    title: string;
    intro: (count: number, tenant: string) => string;
    none: Message;
    more: (count: number) => string;
    status: Record<'active' | 'reconnect_required', string>;
    statusLabel: string;
    reconnect: string;
    since: string;
    lastUsed: string;
    neverUsed: string;
    justNow: string;
    disconnect: string;
    /** Accessible name of a button in the list. */
    disconnectWhich: (domain: string, gpt: string) => string;
    ask: { title: (domain: string) => string; text: (gpt: Html, domain: Html) => Html; button: string; keep: string };
    disconnected: (domain: string, gpt: string) => string;
    notConnected: string;
    done: string;
    finished: Message;
    refusals: Record<'unknown' | 'expired' | 'other_browser' | 'cross_site', Message>;
  };
}
