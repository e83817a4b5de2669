import { type Facts, endpointOf } from '../../traces/index.js';
import { warning, type Finding } from '../finding.js';
import type { ProbedAnswer } from './probe.js';
import { recognized } from './recognized.js';

const SLOW_MS = 5000;

/** What is worth knowing of an answer, whatever it says: that it took long, that its server's clock is wrong. */
export function mannersOf({ headers, tookMs }: ProbedAnswer, { phase, settings }: Facts, now: Date): Finding[] {
  const { field } = endpointOf({ phase, settings });
  const findings: Finding[] = [];
  if (tookMs > SLOW_MS) {
    const message = `${field} took ${(tookMs / 1000).toFixed(1)} seconds to answer.`;
    findings.push(warning('slow', field, message, 'Ask the provider why: every user waits for it at every sign-in.'));
  }
  const date = Date.parse(headers['date'] ?? '');
  const skewSeconds = Number.isNaN(date) ? 0 : (date - now.getTime()) / 1000;
  const clock = recognized({ phase, settings, providerClock: { skewSeconds } });
  if (clock) findings.push({ ...clock, status: 'warning' });
  return findings;
}
