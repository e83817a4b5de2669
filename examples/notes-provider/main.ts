import { startNotesProvider } from './index.js';

/**
 * Runs the example provider by itself (`npm run example`), as docs/guide.md uses it. It listens on 127.0.0.1 only, always on the same
 * ports and with the same client, so that the guide's commands work as written.
 */
const port = Number(process.env['EXAMPLE_PORT'] ?? 4000);

const provider = await startNotesProvider({
  port,
  clients: [{ clientId: 'countersign', clientSecret: 'example-secret', tokenEndpointAuthMethod: 'client_secret_post' }],
  apiKey: 'example-api-key',
  hasRegistrationPage: true,
});

console.log(`The example provider is running. Its three APIs:

   Notes             ${provider.url}/openapi.json   (OAuth)
   Town weather      ${provider.weatherUrl}/openapi.json   (no authentication)
   Notes statistics  ${provider.statisticsUrl}/openapi.json   (API key ${provider.apiKey})

The OAuth client for Notes:

   client_id          ${provider.clientId}
   client_secret      ${provider.clientSecret}
   authorization_url  ${provider.authorizationUrl}
   token_url          ${provider.tokenUrl}
   revocation_url     ${provider.revocationUrl}
   scope              ${provider.scope}

Register an action's callback URL:  curl ${provider.url}/redirect-uris -d uri=<callback_url>
Sign in with any user name and password. Ctrl+C stops the provider.`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void provider.close().then(() => process.exit(0)));
}
