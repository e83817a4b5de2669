import { type JsonObject } from '../document/json.js';

/** "Essentially read-only" (RFC 9110, section 9.2.1). */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
/** Idempotent methods (RFC 9110, section 9.2.2), in addition to the safe ones. */
const IDEMPOTENT = new Set(['PUT', 'DELETE']);

interface Consequences {
  /** in upper case */
  readonly method: string;
  readonly isConsequential: boolean;
  /** false only if the document declares the operation consequential */
  readonly canAlwaysAllow: boolean;
}

/**
 * Returns the hints of MCP's `ToolAnnotations`, from the semantics of the HTTP method. A safe method that the document declares consequential
 * is not read-only. A POST that the document declares inconsequential is not destructive; for other methods the document cannot relax hints.
 */
export function toolAnnotations({ method, isConsequential, canAlwaysAllow }: Consequences): JsonObject {
  const readOnlyHint = SAFE.has(method) && canAlwaysAllow;
  return {
    readOnlyHint,
    // PUT replaces, PATCH changes and DELETE removes what is there.
    destructiveHint: !readOnlyHint && (method !== 'POST' || isConsequential),
    idempotentHint: readOnlyHint || IDEMPOTENT.has(method),
    // Every call goes to an external API.
    openWorldHint: true,
  };
}
