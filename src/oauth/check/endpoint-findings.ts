import { EgressDeniedError, EgressError, EgressUnreachableError } from '../../egress/index.js';
import { failure, warning, type Finding } from './finding.js';
import type { ProbedAnswer } from './probe.js';

const SLOW_MS = 5000;
const MAX_SKEW_MS = 300_000;

/** Why an endpoint gave no answer. */
export function unreachable(field: string, error: EgressError): Finding {
  if (error instanceof EgressDeniedError) {
    const change = 'give a public https address, or have the operator allow this one in EGRESS_ALLOW';
    return failure('address_refused', field, error.message, change);
  }
  if (error instanceof EgressUnreachableError && error.reason === 'tls') {
    const change = 'let the server present a certificate of a public authority, for this host name and with its chain';
    return failure('certificate', field, error.message, change);
  }
  if (error.code === 'upstream_timeout') {
    return failure('timeout', field, error.message, 'check that the provider is up; users would wait as long in vain');
  }
  if (error.code === 'upstream_invalid') {
    return failure('unreadable', field, error.message, `check that ${field} is the address of a web server`);
  }
  return failure('unreachable', field, error.message, `check the host name in ${field}, and that the provider is up`);
}

/** What is worth knowing of an answer whatever it says. */
export function mannersOf(field: string, { headers, tookMs }: ProbedAnswer, now: Date): Finding[] {
  const findings: Finding[] = [];
  if (tookMs > SLOW_MS) {
    const message = `${field} took ${(tookMs / 1000).toFixed(1)} s to answer`;
    findings.push(warning('slow', field, message, 'ask the provider why: users wait for this when they sign in'));
  }
  const skewMs = Date.parse(headers['date'] ?? '') - now.getTime();
  if (Math.abs(skewMs) > MAX_SKEW_MS) {
    const message = `the clock of the server behind ${field} is ${Math.round(Math.abs(skewMs) / 60_000)} minutes ${skewMs > 0 ? 'ahead' : 'behind'}`;
    const change =
      'set the clocks of both servers by the network: tokens would be taken for expired, or for good too long';
    findings.push({ ...warning('clock', field, message, change), detail: { skew_seconds: Math.round(skewMs / 1000) } });
  }
  return findings;
}
