import { type Facts, endpointOf } from '../../traces/index.js';
import { diagnosisFinding } from '../findings/diagnosis-finding.js';
import { warningFinding, type Finding } from '../findings/finding.js';
import type { ProbeResponse } from './probe.js';

const SLOW_MS = 5000;

/** Warns about a slow response and about a server clock that differs from ours, whatever the response contains. */
export function latencyAndClockFindings(
  { headers, tookMs }: ProbeResponse,
  { phase, settings }: Facts,
  now: Date,
): Finding[] {
  const { field } = endpointOf({ phase, settings });
  const findings: Finding[] = [];
  if (tookMs > SLOW_MS) {
    const message = `${field} took ${(tookMs / 1000).toFixed(1)} seconds to respond.`;
    const change = 'Ask the provider for the reason: every user waits that long at every sign-in.';
    findings.push(warningFinding('slow', field, message, change));
  }
  const date = Date.parse(headers['date'] ?? '');
  const skewSeconds = Number.isNaN(date) ? 0 : (date - now.getTime()) / 1000;
  const clock = diagnosisFinding({ phase, settings, providerClock: { skewSeconds } });
  if (clock) findings.push({ ...clock, status: 'warning' });
  return findings;
}
