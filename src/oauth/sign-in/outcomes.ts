import type { SignInStatus } from './sign-in.entity.js';
import type { SignInRefusedError } from './sign-in-refused.error.js';
import type { Outcome } from '../pages/outcome-page.js';

/** How a sign-in that ended, or ran out of time, reads to its user. */
export function endedOutcome(status: SignInStatus | 'expired', domain: string, code: string | null): Outcome {
  switch (status) {
    case 'connected':
      return {
        tone: 'ok',
        title: `You are signed in to ${domain}`,
        text: 'Go back to your conversation; it can go on now.',
      };
    case 'denied':
      return { tone: 'bad', title: 'You did not sign in', text: `Nothing was connected. ${ASK_AGAIN}` };
    case 'failed':
      return {
        tone: 'bad',
        title: `${domain} could not be connected`,
        text: `The sign-in did not go through${code ? ` (${code})` : ''}. ${ASK_AGAIN}`,
      };
    case 'awaiting_verification':
      return {
        tone: 'bad',
        title: 'One more step',
        text: 'The assistant has yet to confirm that it is you. Go back to it and go on there.',
      };
    default:
      return { tone: 'bad', title: 'This link has expired', text: ASK_AGAIN };
  }
}

const ASK_AGAIN = 'Ask your assistant again to get a new link.';

/** Why a browser cannot go on, and with which status it is told so. */
export const REFUSALS: Record<SignInRefusedError['reason'], Outcome & { status: number }> = {
  unknown: {
    status: 404,
    tone: 'bad',
    title: 'There is no such sign-in',
    text: `The link is wrong or too old. ${ASK_AGAIN}`,
  },
  no_state: {
    status: 400,
    tone: 'bad',
    title: 'The provider did not return the state',
    text: 'The service you signed in to left out the "state" parameter, without which the sign-in cannot be trusted. Nothing was connected.',
  },
  used: {
    status: 400,
    tone: 'bad',
    title: 'This sign-in has already been used',
    text: 'It works once only. If you are connected, go back to your conversation.',
  },
  ended: { status: 410, tone: 'bad', title: 'This sign-in has ended', text: ASK_AGAIN },
  expired: { status: 410, tone: 'bad', title: 'This link has expired', text: ASK_AGAIN },
  too_many_attempts: {
    status: 429,
    tone: 'bad',
    title: 'This link has been tried too often',
    text: `Nothing was connected. ${ASK_AGAIN}`,
  },
  other_browser: {
    status: 400,
    tone: 'bad',
    title: 'Please use one browser',
    text: 'The sign-in was begun in another browser, or cookies are off. Open the link again and finish it here. Nothing was connected.',
  },
};

/** What a browser gets that sends too many requests. */
export const TOO_FAST: Outcome & { status: number } = {
  status: 429,
  tone: 'bad',
  title: 'Please wait a moment',
  text: 'There were too many requests. Try again in a minute.',
};
