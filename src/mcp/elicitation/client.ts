import { isObject } from '@countersign/openapi';
import { HANDSHAKE_VERSIONS, STATELESS_VERSION, type HandshakeVersion } from '../../mcp-protocol/index.js';

/** The revisions that this server speaks, newest first. */
export const SUPPORTED_VERSIONS: readonly string[] = [STATELESS_VERSION, ...HANDSHAKE_VERSIONS];

/** The ways in which a client can ask its user something for the server. */
export interface ElicitationModes {
  /** A form of the client. */
  form: boolean;
  /** A URL that the client asks its user to open. */
  url: boolean;
}

/** What the protocol says about the client that sent a message. */
export type McpClient =
  | { era: 'stateless'; version: typeof STATELESS_VERSION; elicitation: ElicitationModes }
  | {
      era: 'handshake';
      version: HandshakeVersion;
      elicitation: ElicitationModes;
      /** A digest of the session id; `undefined` without a session. */
      sessionId?: string;
    };

export const NO_ELICITATION: ElicitationModes = { form: false, url: false };

/**
 * Returns the modes of elicitation that a client's capabilities declare. `elicitation: {}` means forms, also before modes existed.
 *
 * @param version the revision that the client speaks. Forms exist since 2025-06-18, URLs since 2025-11-25
 */
export function elicitationModes(capabilities: unknown, version: string): ElicitationModes {
  const elicitation = isObject(capabilities) ? capabilities['elicitation'] : undefined;
  if (!isObject(elicitation) || version < '2025-06-18') return NO_ELICITATION;
  const hasUrl = isObject(elicitation['url']);
  return { form: isObject(elicitation['form']) || !hasUrl, url: hasUrl && version >= '2025-11-25' };
}
