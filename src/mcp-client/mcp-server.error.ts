/** An MCP server does not follow the protocol, or not a revision that is supported. The message says what is wrong; it has no secrets. */
export class McpServerError extends Error {
  override readonly name = 'McpServerError';
}
