import { html } from '../html.js';
import type { Texts } from './texts.js';

const ASK_AGAIN = 'Ask your assistant again to get a new link.';
const NOTHING = 'Nothing was connected.';
const NEW_LINK = 'Go back to where you found the link and ask for a new one.';

export const en: Texts = {
  languageName: 'English',
  languages: 'Language',
  reference: 'Reference',

  signIn: {
    title: (domain) => `Sign in to ${domain}`,
    request: (gpt, domain) => html`${gpt} would like to use ${domain} with your account there.`,
    explanations: {
      provider: 'You sign in at the provider; your password is never seen here.',
      own_key: 'Your key is kept encrypted and sent to that service alone.',
      own_password: 'Your user name and password are kept encrypted and sent to that service alone.',
    },
    assistant: 'Assistant',
    from: 'From',
    usedFor: 'Your account will be used for',
    scopes: (count) => (count === 1 ? 'It asks for this permission' : `It asks for these ${count} permissions`),
    prompts: { api_key: 'Your API key', username: 'User name', password: 'Password' },
    mistakes: {
      not_accepted: 'The service did not accept this. Check it and try again.',
      not_checked: 'The service could not be asked whether this is right. Try again in a moment.',
      no_user_name: 'Fill in your user name.',
      colon_in_user_name: 'A user name cannot have a colon.',
      no_key: 'Fill in your key.',
      not_a_key: 'This does not look like a key: it has characters that no key has.',
    },
    button: (domain) => `Sign in to ${domain}`,
    caution:
      'Go on only if that is you, and you asked for this: whoever it is for will act with your account. Else close this page. Nothing has been connected.',
  },

  outcomes: {
    connected: (domain) => ({
      title: `You are signed in to ${domain}`,
      text: 'Go back to your conversation; it can go on now.',
    }),
    denied: { title: 'You did not sign in', text: `${NOTHING} ${ASK_AGAIN}` },
    awaiting: {
      title: 'One more step',
      text: 'The assistant has yet to confirm that it is you. Go back to it and go on there.',
    },
    expired: { title: 'This link has expired', text: `${NOTHING} ${ASK_AGAIN}` },
    failed: {
      title: (domain) => `${domain} could not be connected`,
      text: {
        setup: (domain) =>
          `${domain} and this assistant are not set up to work together yet. Trying again will not help: tell whoever runs the assistant, and give them the reference below.`,
        unreachable: (domain) =>
          `The service that signs you in to ${domain} did not answer. Wait a few minutes, then ask your assistant for a new link.`,
        untrusted: () =>
          `The answer did not come from the service you were sent to. To keep your account safe, ${lowered(NOTHING)} Tell whoever runs the assistant if this happens again.`,
        other_user: () =>
          `The link was made for somebody else than the person who signed in. ${NOTHING} Ask your own assistant for a link, and do not pass it on.`,
        changed: () => `The assistant was changed while you were signing in. ${ASK_AGAIN}`,
        other: () => `The sign-in did not go through. ${NOTHING} ${ASK_AGAIN}`,
      },
    },
  },

  refusals: {
    unknown: { title: 'There is no such sign-in', text: `The link is wrong or too old. ${ASK_AGAIN}` },
    no_state: {
      title: 'This sign-in cannot be trusted',
      text: `The service you signed in to left something out of its answer, so nobody can tell that it is meant for you. ${NOTHING} Tell whoever runs the assistant.`,
    },
    used: {
      title: 'This sign-in has already been used',
      text: 'It works once only. If you are connected, go back to your conversation.',
    },
    ended: { title: 'This sign-in has ended', text: ASK_AGAIN },
    expired: { title: 'This link has expired', text: `${NOTHING} ${ASK_AGAIN}` },
    too_many_attempts: { title: 'This link has been tried too often', text: `${NOTHING} ${ASK_AGAIN}` },
    other_browser: {
      title: 'Please use one browser',
      text: `The sign-in was begun in another browser, or cookies are off. Open the link again and finish it here. ${NOTHING}`,
    },
    elsewhere: {
      title: 'Please start from the link',
      text: `Another website tried to start this sign-in for you. If you want it, open your link again and press the button there. ${NOTHING}`,
    },
  },
  tooFast: { title: 'Please wait a moment', text: 'There were too many requests. Try again in a minute.' },
  broken: {
    title: 'Something went wrong',
    text: 'It is not your fault, and nothing was changed. Open the link again in a moment, or ask your assistant for a new one.',
  },

  accounts: {
    open: {
      title: 'Your connected accounts',
      text: (tenant) => html`See which of your accounts the assistants of ${tenant} can use, and disconnect them.`,
      user: 'These are the accounts of',
      button: 'Show the accounts',
      caution: 'The link works for an hour, and only in the browser that opens it first.',
    },
    title: 'Your connected accounts',
    intro: (count, tenant) =>
      count === 1
        ? `You have connected one account to the assistants of ${tenant}.`
        : `You have connected ${count} accounts to the assistants of ${tenant}.`,
    none: { title: 'Nothing is connected', text: 'No assistant can use an account of yours.' },
    more: (count) => `Only the first ${count} are shown. Disconnect some to see the others.`,
    status: { active: 'Connected', reconnect_required: 'Sign-in needed' },
    statusLabel: 'Status',
    reconnect: 'It can no longer be used: your assistant will ask you to sign in again when it needs it.',
    since: 'Connected since',
    lastUsed: 'Last used',
    neverUsed: 'Never',
    justNow: 'Just now',
    disconnect: 'Disconnect',
    disconnectWhich: (domain, gpt) => `${domain} from ${gpt}`,
    ask: {
      title: (domain) => `Disconnect ${domain}?`,
      text: (gpt, domain) =>
        html`${gpt} can then no longer use your account at ${domain}. You can sign in again whenever it asks you.`,
      button: 'Disconnect',
      keep: 'Keep it',
    },
    disconnected: (domain, gpt) => `${domain} is disconnected. ${gpt} can no longer use your account there.`,
    alreadyGone: 'That account was no longer connected.',
    done: 'I am done',
    finished: { title: 'All done', text: 'This link no longer works. You can close this page.' },
    refusals: {
      unknown: { title: 'There is no such page', text: `The link is wrong or too old. ${NEW_LINK}` },
      expired: { title: 'This link has expired', text: `It worked for an hour. ${NEW_LINK}` },
      other_browser: {
        title: 'This link is open in another browser',
        text: `It works only in the browser that opened it first, and needs cookies. ${NEW_LINK}`,
      },
      elsewhere: {
        title: 'Nothing was changed',
        text: 'Another website tried to do this for you. If you want it, open your link again and do it there.',
      },
    },
  },
};

function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
