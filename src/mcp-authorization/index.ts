export { McpAuthorizationModule } from './mcp-authorization.module.js';
export { McpAccessToken } from './store/mcp-access-token.entity.js';
export { McpAuthorization } from './store/mcp-authorization.entity.js';
