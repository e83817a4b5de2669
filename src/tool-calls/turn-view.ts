import { problem } from '../common/index.js';
import { textResult } from './results/model-result.js';
import { vendorResult, type VendorResult } from './results/vendor-results.js';
import type { VendorFormat } from './requests/read-tool-calls.js';
import type { SettledTurn } from './tool-calls.service.js';
import type { SettledCall, Wait } from './turns/settled-call.js';

type Pending = Extract<SettledCall, { is: 'pending' }>;

/** Returns what became of a turn as the API shows it. The results may have large files, as `RawJson`. */
export function turnView({ turn, calls, resume }: SettledTurn, requestId: string): Record<string, unknown> {
  const { format } = turn;
  const pending = calls.filter((settled) => settled.is === 'pending');
  const results = calls.flatMap((settled) =>
    settled.is === 'result' && format ? [vendorResult(format, settled.call.id, settled.result)] : [],
  );
  const skipped = calls
    .filter(({ is }) => is === 'skipped')
    .map(({ call }) => ({ tool_call_id: call.id, name: call.name }));
  return {
    format,
    complete: pending.length === 0,
    results,
    pending: format ? pending.map((settled) => pendingView(format, settled)) : [],
    skipped,
    ...(resume !== undefined && { resume }),
    ...(turn.showsOutcomes && { outcomes: calls.flatMap((settled) => outcomeView(settled, requestId)) }),
  };
}

function pendingView(format: VendorFormat, { call, wait }: Pending): Record<string, unknown> {
  const { outcome, call_id: callId, ...details } = wait;
  return {
    tool_call_id: call.id,
    name: call.name,
    call_id: callId,
    outcome,
    ...details,
    placeholder: placeholder(format, call.id, wait),
  };
}

function placeholder(format: VendorFormat, id: string, wait: Wait): VendorResult {
  return vendorResult(format, id, textResult(placeholderText(wait)));
}

function placeholderText(wait: Wait): string {
  if (wait.outcome === 'in_progress') return 'This call is still in progress. Its result is not known yet.';
  const asked =
    wait.outcome === 'sign_in_required'
      ? `sign in to ${wait.sign_in.domain}`
      : `confirm this call (${wait.confirmation.summary}, ${wait.confirmation.domain})`;
  return `The user has been asked to ${asked}. Nothing was called yet.`;
}

/** Leaves out calls that were made by earlier requests, and those that the user declined. */
function outcomeView(settled: SettledCall, requestId: string): Record<string, unknown>[] {
  const { call } = settled;
  const view = { tool_call_id: call.id, name: call.name, arguments: call.arguments };
  if (settled.is === 'pending')
    return settled.wait.outcome === 'in_progress' ? [] : [{ ...view, outcome: settled.wait }];
  if (settled.is !== 'result') return [];
  if (settled.made) return [{ ...view, outcome: settled.made.outcome }];
  if (!settled.error) return [];
  const { code, message, errors, extensions } = settled.error;
  return [{ ...view, problem: { ...problem(code, message, requestId, errors), ...extensions } }];
}
