import type { Html } from '../html.js';

/** What a page that only tells something says. */
export interface Told {
  title: string;
  text: string;
}

/** Why a user who was at the provider is not connected, as far as it says what they can do. */
export type FailureKind = 'setup' | 'unreachable' | 'untrusted' | 'other_user' | 'changed' | 'other';

/** Why a browser cannot go on in a sign-in. */
export type RefusalReason =
  'unknown' | 'no_state' | 'used' | 'expired' | 'other_browser' | 'ended' | 'too_many_attempts' | 'elsewhere';

/** What happens at the button of a sign-in page. */
export type Explanation = 'provider' | 'own_key' | 'own_password';

export type PromptName = 'api_key' | 'username' | 'password';

/** What is wrong with what a form was filled in with. */
export type Mistake = 'not_accepted' | 'not_checked' | 'no_user_name' | 'colon_in_user_name' | 'no_key' | 'not_a_key';

/** Every text that an end user can see. A language has them all, or does not compile. */
export interface Texts {
  /** The language, as its speakers call it. */
  languageName: string;
  languages: string;
  reference: string;

  signIn: {
    title: (domain: string) => string;
    request: (gpt: Html, domain: Html) => Html;
    explanations: Record<Explanation, string>;
    assistant: string;
    from: string;
    usedFor: string;
    scopes: (count: number) => string;
    prompts: Record<PromptName, string>;
    mistakes: Record<Mistake, string>;
    button: (domain: string) => string;
    caution: string;
  };

  outcomes: {
    connected: (domain: string) => Told;
    denied: Told;
    awaiting: Told;
    expired: Told;
    failed: { title: (domain: string) => string; text: Record<FailureKind, (domain: string) => string> };
  };

  refusals: Record<RefusalReason, Told>;
  tooFast: Told;
  broken: Told;

  accounts: {
    open: { title: string; text: (tenant: Html) => Html; user: string; button: string; caution: string };
    title: string;
    intro: (count: number, tenant: string) => string;
    none: Told;
    more: (count: number) => string;
    status: Record<'active' | 'reconnect_required', string>;
    statusLabel: string;
    reconnect: string;
    since: string;
    lastUsed: string;
    neverUsed: string;
    justNow: string;
    disconnect: string;
    /** What a screen reader says of a button that is one of many. */
    disconnectWhich: (domain: string, gpt: string) => string;
    ask: { title: (domain: string) => string; text: (gpt: Html, domain: Html) => Html; button: string; keep: string };
    disconnected: (domain: string, gpt: string) => string;
    alreadyGone: string;
    done: string;
    finished: Told;
    refusals: Record<'unknown' | 'expired' | 'other_browser' | 'elsewhere', Told>;
  };
}
