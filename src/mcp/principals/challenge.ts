/** The scope of the access tokens of GPTs that require no other. */
export const MCP_SCOPE = 'mcp';

/** Returns the path of the metadata of a GPT's MCP endpoint as a protected resource (RFC 9728, section 3.1). */
export function metadataPath(gptId: string): string {
  return `/.well-known/oauth-protected-resource/mcp/${gptId}`;
}

export interface ChallengeParameters {
  /** The scope to request; `mcp` by default. */
  scope?: string;
  error?: 'invalid_token' | 'insufficient_scope';
}

/**
 * Returns the value of `WWW-Authenticate` for a GPT's MCP endpoint (RFC 6750, section 3; RFC 9728, section 5.1).
 *
 * @param gptId as in the path of the request; it may not exist
 */
export function challenge(publicUrl: string, gptId: string, { scope = MCP_SCOPE, error }: ChallengeParameters): string {
  const metadata = `${publicUrl}${metadataPath(encodeURIComponent(gptId))}`;
  const parameters = [`resource_metadata="${metadata}"`, `scope="${scope}"`, ...(error ? [`error="${error}"`] : [])];
  return `Bearer ${parameters.join(', ')}`;
}
