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
  | 'unknown'
  | 'no_state'
  | 'expired'
  | 'other_browser'
  | 'other_user'
  | 'ended'
  | 'too_many_attempts'
  | 'cross_site'
  | 'not_stored';

/** Reasons why the authorization of an MCP client cannot go on in a browser. */
export type AuthorizationRefusal =
  'unknown' | 'client' | 'link' | 'expired' | 'ended' | 'other_browser' | 'cross_site' | 'changed';

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

  confirmation: {
    title: (domain: string) => string;
    request: (gpt: Html, domain: Html) => Html;
    operation: string;
    call: string;
    arguments: string;
    user: string;
    caution: string;
    agree: string;
    decline: string;
    agreed: Message;
    declined: Message;
    refusals: Record<'unknown' | 'expired' | 'answered' | 'other_user' | 'cross_site', Message>;
  };

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

  /** The page on which a user lets an MCP client act for them. */
  authorization: {
    title: (client: string) => string;
    request: (client: Html, gpt: Html) => Html;
    client: string;
    publishedBy: (host: Html) => Html;
    notVerified: string;
    redirect: string;
    user: string;
    assistant: string;
    from: string;
    /** Warning about a redirect to the user's device. */
    loopback: string;
    /** Warning about a redirect to an application by its scheme. */
    application: string;
    caution: (target: string) => string;
    allow: string;
    deny: string;
    refusals: Record<AuthorizationRefusal, Message>;
  };
}
