export { limitOf, McpClient, peerId, type McpPeer, type McpPost, type McpResponse } from './mcp-client.js';
export { McpClientModule } from './mcp-client.module.js';
export { McpServerError } from './mcp-server.error.js';
export type { McpError } from './message.js';
export { listTools, MAX_LIST_BYTES, type McpTool, type ToolList } from './tool-list.js';
