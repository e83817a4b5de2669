import { html } from '../markup/html.js';
import type { Texts } from './texts.js';

const ASK_ASSISTANT = 'Ask your assistant for a new link.';
const NOT_CONNECTED = 'Nothing was connected.';
const START_AGAIN = 'Start the connection again in the application.';
const OTHER_USER = {
  title: 'This link is not for this browser',
  text: 'It works only for the person who asked for it, and only in a browser in which they have connected the assistant. If that is you, connect the assistant again in this browser, and then open the link again. If this page comes back, contact the people who run the assistant. If someone sent you the link, close this page.',
};
const REQUEST_LINK = 'Go back to where you found the link and request a new one.';

export const en: Texts = {
  languageName: 'English',
  languages: 'Language',
  reference: 'Reference',
  goBack: 'Back to the assistant',
  canClose: 'You can close this window.',

  signIn: {
    title: (domain) => `Sign in to ${domain}`,
    request: (gpt, domain) => html`${gpt} would like to use ${domain} with your account there.`,
    explanations: {
      provider: 'You sign in on the provider’s own page. Your password is never shared with this assistant.',
      api_key: 'Your key is stored encrypted and sent only to that service.',
      password: 'Your username and password are stored encrypted and sent only to that service.',
    },
    assistant: 'Assistant',
    from: 'From',
    usedFor: 'Your account will be used for',
    scopes: (count) => (count === 1 ? 'It asks for this permission' : `It asks for these ${count} permissions`),
    prompts: { api_key: 'Your API key', username: 'Username', password: 'Password' },
    help: (host) => `Find it at ${host}`,
    formErrors: {
      not_accepted: 'The service did not accept this. Check your input and try again.',
      not_checked: 'The service could not be reached to check this. Try again in a moment.',
      no_username: 'Enter your username.',
      colon_in_username: 'A username cannot contain a colon.',
      no_key: 'Enter your key.',
      not_a_key: 'This does not look like a key: it contains characters that keys never contain.',
    },
    privacyPolicy: (domain) => `Privacy policy of ${domain}`,
    buttons: {
      provider: (domain) => `Sign in to ${domain}`,
      api_key: (domain) => `Save key for ${domain}`,
      password: (domain) => `Save sign-in details for ${domain}`,
    },
    caution:
      'Continue only if this is you and you asked for it: the person named above will act with your account. Otherwise, close this page. Nothing has been connected yet.',
  },

  outcomes: {
    connected: (domain) => ({
      title: `You are signed in to ${domain}`,
      text: 'Go back to your conversation to continue.',
    }),
    denied: {
      title: 'You did not sign in',
      text: `${NOT_CONNECTED} To try again, ask your assistant for a new link.`,
    },
    awaiting: {
      title: 'One more step',
      text: 'The assistant still has to confirm that it is you. Go back to it and continue there.',
    },
    expired: { title: 'This link has expired', text: `${NOT_CONNECTED} ${ASK_ASSISTANT}` },
    failed: {
      title: (domain) => `${domain} could not be connected`,
      text: {
        setup: (domain) =>
          `${domain} and this assistant are not set up to work together yet. Trying again will not help: contact the people who run the assistant and quote the reference below.`,
        unreachable: (domain) =>
          `The service that signs you in to ${domain} did not answer. Wait a few minutes, then ask your assistant for a new link.`,
        untrusted: () =>
          `The response did not come from the service you were sent to. To keep your account safe, ${lowerFirst(NOT_CONNECTED)} If this happens again, contact the people who run the assistant.`,
        other_user: () =>
          `The link was created for a different person than the one who signed in. ${NOT_CONNECTED} Ask your own assistant for a link, and do not share it.`,
        changed: () => `The assistant was changed while you were signing in. ${ASK_ASSISTANT}`,
        other: () => `The sign-in failed. ${NOT_CONNECTED} ${ASK_ASSISTANT}`,
      },
    },
  },

  refusals: {
    unknown: { title: 'Sign-in not found', text: `The link is wrong or too old. ${ASK_ASSISTANT}` },
    no_state: {
      title: 'This sign-in cannot be trusted',
      text: `The response of the service you signed in to is incomplete, so it cannot be matched to you. ${NOT_CONNECTED} Contact the people who run the assistant.`,
    },
    ended: { title: 'This sign-in has ended', text: ASK_ASSISTANT },
    expired: { title: 'This link has expired', text: `${NOT_CONNECTED} ${ASK_ASSISTANT}` },
    too_many_attempts: { title: 'This link has been used too often', text: `${NOT_CONNECTED} ${ASK_ASSISTANT}` },
    not_stored: {
      title: 'Your sign-in could not be saved',
      text: `This is a problem on our side. ${NOT_CONNECTED} Wait a few minutes, then ask your assistant for a new link.`,
    },
    other_browser: {
      title: 'Please use one browser',
      text: `The sign-in was started in another browser, or cookies are disabled. Open the link again and finish it here. ${NOT_CONNECTED}`,
    },
    other_user: { ...OTHER_USER, text: `${OTHER_USER.text} ${NOT_CONNECTED}` },
    cross_site: {
      title: 'Please start from the link',
      text: `Another website tried to start this sign-in for you. If you want to sign in, open your link again and press the button there. ${NOT_CONNECTED}`,
    },
  },
  tooFast: { title: 'Please wait a moment', text: 'There were too many requests. Try again in a minute.' },
  broken: {
    title: 'Something went wrong',
    text: 'This is a problem on our side, and nothing was changed. Open the link again in a moment, or ask your assistant for a new one.',
  },

  confirmation: {
    title: (domain) => `Allow this call to ${domain}?`,
    request: (gpt, domain) => html`${gpt} would like to make this call to ${domain} for you.`,
    operation: 'What it does',
    call: 'Request',
    arguments: 'With these values',
    user: 'On behalf of',
    caution:
      'Continue only if this is you and you asked for it. The call has not been made yet. If you allow it, it is made once.',
    agree: 'Allow',
    decline: 'Do not allow',
    agreed: {
      title: 'The call is allowed',
      text: 'Go back to your conversation, and ask your assistant to try again if it does not continue by itself.',
    },
    declined: { title: 'The call was not allowed', text: 'It will not be made.' },
    refusals: {
      unknown: { title: 'Page not found', text: `The link is wrong or too old. ${ASK_ASSISTANT}` },
      expired: { title: 'This link has expired', text: `The call was not made. ${ASK_ASSISTANT}` },
      answered: { title: 'You have already decided', text: 'A decision cannot be changed. Ask your assistant again.' },
      other_user: { ...OTHER_USER, text: `${OTHER_USER.text} The call was not made.` },
      cross_site: {
        title: 'Nothing was changed',
        text: 'Another website tried to do this for you. If you want to allow the call, open your link again and decide there.',
      },
    },
  },

  accounts: {
    open: {
      title: 'Your connected accounts',
      text: (tenant) => html`See which of your accounts the assistants of ${tenant} can use, and disconnect them.`,
      user: 'These are the accounts of',
      button: 'Show the accounts',
      caution: 'The link works for one hour, and only in the browser that opens it first.',
    },
    title: 'Your connected accounts',
    intro: (count, tenant) =>
      count === 1
        ? `You have connected one account to the assistants of ${tenant}.`
        : `You have connected ${count} accounts to the assistants of ${tenant}.`,
    none: { title: 'No connected accounts', text: 'No assistant can use any of your accounts.' },
    more: (count) => `Only the first ${count} are shown. Disconnect some to see the others.`,
    status: { active: 'Connected', reconnect_required: 'Sign-in needed' },
    statusLabel: 'Status',
    reconnect: 'This connection no longer works. Your assistant will ask you to sign in again when it needs it.',
    since: 'Connected since',
    lastUsed: 'Last used',
    neverUsed: 'Never',
    justNow: 'Just now',
    disconnect: 'Disconnect',
    disconnectWhich: (domain, gpt) => `${domain} from ${gpt}`,
    ask: {
      title: (domain) => `Disconnect ${domain}?`,
      text: (gpt, domain) =>
        html`${gpt} will no longer be able to use your account at ${domain}. You can sign in again when it asks you to.`,
      button: 'Disconnect',
      keep: 'Keep connected',
    },
    disconnected: (domain, gpt) => `${domain} is disconnected. ${gpt} can no longer use your account there.`,
    notConnected: 'That account was already disconnected.',
    done: 'Done',
    finished: { title: 'All done', text: 'This link no longer works.' },
    refusals: {
      unknown: { title: 'Page not found', text: `The link is wrong or too old. ${REQUEST_LINK}` },
      expired: { title: 'This link has expired', text: `It was valid for one hour. ${REQUEST_LINK}` },
      other_browser: {
        title: 'This link is open in another browser',
        text: `It works only in the browser that opened it first, and requires cookies. ${REQUEST_LINK}`,
      },
      cross_site: {
        title: 'Nothing was changed',
        text: 'Another website tried to do this for you. If you want this change, open your link again and make it there.',
      },
    },
  },

  authorization: {
    title: (client) => `Allow ${client} to act for you?`,
    request: (client, gpt) =>
      html`${client} would like to use ${gpt} and everything that it can do with your accounts.`,
    client: 'Application',
    publishedBy: (host) => html`Published by ${host}`,
    notVerified: 'Not verified: anyone can use this name.',
    redirect: 'Access is sent to',
    user: 'It will act for',
    assistant: 'Assistant',
    from: 'From',
    loopback:
      'Access is sent to a program on this device. Continue only if you have just started the connection in a program that you trust.',
    application:
      'Access is sent to an app on this device. Continue only if you have just started the connection in an app that you trust.',
    caution: (target) =>
      `Continue only if you started this yourself and know ${target}. If someone sent you a link, or you do not expect this page, do not allow it.`,
    allow: 'Allow',
    deny: 'Do not allow',
    refusals: {
      unknown: {
        title: 'Authorization not found',
        text: 'The address is wrong, the request is too old, or this assistant does not accept connections of this kind.',
      },
      client: {
        title: 'The application cannot be connected',
        text: 'Its request is not acceptable here, and you are not sent back to it for safety. Contact its developers.',
      },
      link: {
        title: 'This page cannot be opened like this',
        text: `Its address is incomplete or was already replaced. ${START_AGAIN}`,
      },
      expired: { title: 'This request has expired', text: START_AGAIN },
      ended: {
        title: 'This request was already answered',
        text: `If the application is not connected, ${lowerFirst(START_AGAIN)}`,
      },
      other_browser: {
        title: 'Nothing was allowed',
        text: `This request was started in another browser. If someone sent you a link, they may have tried to act in your name. Otherwise, start the connection again in the application, with cookies enabled.`,
      },
      cross_site: {
        title: 'Nothing was changed',
        text: 'Another website tried to answer for you. Go back to the page and press the button there.',
      },
      changed: { title: 'The assistant was changed', text: START_AGAIN },
    },
  },
};

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
