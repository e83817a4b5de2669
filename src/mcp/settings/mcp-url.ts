/** Returns the MCP URL of a GPT: its resource identifier (RFC 9728, section 1.2), and the issuer of its authorization server. */
export function mcpUrl(publicUrl: string, gptId: string): string {
  return `${publicUrl}/mcp/${gptId}`;
}
