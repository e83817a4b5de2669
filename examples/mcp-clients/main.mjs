/**
 * Checks a GPT's MCP endpoint with the official conformance suite and with clients that others wrote, against the built server, an API on loopback and
 * the example provider of `examples/notes-provider`. Needs Node 22, `npm ci` here and `npm run build` at the root. Ends with exit code 1 if a check failed.
 */
import { startServer } from '../../dist/examples/demo/server.js';
import { startNotesProvider } from '../../dist/examples/notes-provider/index.js';
import { checkAiSdk } from './ai-sdk.mjs';
import { checkActions, checkAuthorizationServer, checkEndpoint } from './conformance.mjs';
import { startConformanceApi } from './conformance-api.mjs';
import { Countersign, gptWithAuthorizationServer, notesGpt } from './countersign.mjs';
import { checkInspector } from './inspector.mjs';
import { checkLangchain } from './langchain.mjs';

const [provider, api] = await Promise.all([startNotesProvider(), startConformanceApi()]);
const server = await startServer();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void server.stop().finally(() => process.exit(1)));
try {
  const countersign = new Countersign(server);
  const notes = await notesGpt(countersign, provider);
  const conformance = await countersign.gpt(notes.tenant, 'Conformance', { openapi: api.document });
  const authorized = await gptWithAuthorizationServer(countersign, api.document);
  const accessOf = async (user) => ({
    notes: await countersign.userToken(notes, user),
    conformance: await countersign.userToken(conformance, user),
  });

  await checkEndpoint((await accessOf('suite')).conformance);
  await checkAuthorizationServer(countersign, authorized);
  await checkActions(server);
  await checkInspector((await accessOf('inspector')).notes, countersign, authorized);
  await checkAiSdk(await accessOf('ai-sdk'));
  await checkLangchain(await accessOf('langchain'));
} finally {
  await server.stop();
  await Promise.all([api.stop(), provider.close()]);
}
