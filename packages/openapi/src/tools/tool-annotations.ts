import { type JsonObject } from '../document/json.js';

/** "Essentially read-only" (RFC 9110, section 9.2.1). */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
/** Twice is as good as once (RFC 9110, section 9.2.2); the safe ones are too. */
const IDEMPOTENT = new Set(['PUT', 'DELETE']);

interface Consequences {
  /** in upper case */
  readonly method: string;
  readonly isConsequential: boolean;
  /** false only where the document itself says that the operation has consequences */
  readonly canAlwaysAllow: boolean;
}

/**
 * The hints of MCP's `ToolAnnotations`. They say what HTTP's methods mean, and more caution where the document asks for it:
 * a safe method that is declared to have consequences is not taken for read-only. It is never less caution, but for POST, of
 * which HTTP says nothing: one that the document calls inconsequential is not taken for destructive.
 */
export function toolAnnotations({ method, isConsequential, canAlwaysAllow }: Consequences): JsonObject {
  const readOnlyHint = SAFE.has(method) && canAlwaysAllow;
  return {
    readOnlyHint,
    // PUT replaces, PATCH changes and DELETE removes what is there.
    destructiveHint: !readOnlyHint && (method !== 'POST' || isConsequential),
    idempotentHint: readOnlyHint || IDEMPOTENT.has(method),
    // Every call goes to a host that is not ours.
    openWorldHint: true,
  };
}
