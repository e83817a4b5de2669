export { McpClient, peerId, type McpPeer, type McpPost, type McpResponse } from './mcp-client.js';
export { McpClientModule } from './mcp-client.module.js';
export { McpServerError } from './mcp-server.error.js';
export type { McpAnswer, McpError } from './message.js';
export { listTools, type McpTool, type ToolHints, type ToolList } from './tool-list.js';
