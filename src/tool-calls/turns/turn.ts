import { canonicalJson, type JsonValue } from '@countersign/openapi';
import { digest, type TenantCaller } from '../../common/index.js';
import type { ToolCall, VendorFormat } from '../requests/read-tool-calls.js';
import type { ResultKey } from '../store/tool-call-results.js';

/** The tool calls of one turn of a model, and who asks for them. */
export interface Turn {
  caller: TenantCaller;
  gptId: string;
  format: VendorFormat | null;
  calls: readonly ToolCall[];
  user?: string;
  conversationId?: string;
  returnUrl?: string;
  /** The tokens of confirmations by the ids of their calls. */
  confirmations: ReadonlyMap<string, string>;
  /** The ids of calls that the user has declined. */
  declined: ReadonlySet<string>;
  /** Whether calls of tools that the GPT does not have are left to the client. */
  skipsUnknown: boolean;
  /** Whether the response has the outcomes of the calls. */
  showsOutcomes: boolean;
  /** Identifies the turn when it is repeated. Without it, its calls are made each time. */
  id?: string;
  signal: AbortSignal;
}

/** Returns the key of a call's result. Another user, tool or argument makes it another call. */
export function resultKey(turn: Turn, turnId: string, call: ToolCall): ResultKey {
  const { caller, gptId, user } = turn;
  const parts: JsonValue = [gptId, user ?? null, turnId, call.id, call.name, call.arguments];
  return { tenantId: caller.tenantId, gptId, id: digest(canonicalJson(parts)) };
}
