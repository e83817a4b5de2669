// Runs once: the database takes no part in what this suite tests.
import { startMcpSdkServer } from '../../support/servers/mcp-sdk-server.js';
import { describeServer } from './describe-server.js';

describeServer('mcpAuthRouter of the MCP SDK', startMcpSdkServer, {
  methods: ['default_post'],
  rejectsReuse: true,
  wrongSecretDiagnosis: 'client_secret_wrong',
  complaints: { wrongSecret: ['error client_secret_wrong client_secret'] },
});
