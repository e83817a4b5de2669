import type { Outcome } from '../pages/outcome-page.js';
import { textsOf, type Language } from '../pages/texts/index.js';
import type { ConnectedAccountsRefusedError } from './refused.error.js';

type Reason = ConnectedAccountsRefusedError['reason'];

const STATUSES: Record<Reason, number> = { unknown: 404, expired: 410, other_browser: 400, elsewhere: 400 };

/** Why a browser is not shown the accounts, and with which status it is told so. */
export function accountsRefusal(language: Language, reason: Reason): Outcome & { status: number } {
  return { status: STATUSES[reason], tone: 'bad', ...textsOf(language).accounts.refusals[reason] };
}
