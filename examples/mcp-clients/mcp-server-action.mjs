/**
 * The client that the conformance suite checks: an action of Countersign whose MCP server is the suite's. The suite runs it with the URL of the server;
 * the environment names the Countersign that is running. A builder creates the action, a user signs in where the server wants it, and calls its tools.
 */
import assert from 'node:assert/strict';
import { Browser } from '../../dist/examples/notes-provider/browser.js';
import { Countersign } from './countersign.mjs';

/** Arguments of the tools that need some. */
const ARGUMENTS = { add_numbers: { a: 5, b: 3 } };

const USER = 'alice';

const { COUNTERSIGN_URL: url, COUNTERSIGN_OPERATOR_KEY: operatorKey } = process.env;
const countersign = new Countersign({ url, operatorKey });
const tenant = await countersign.tenant();
const mcpUrl = process.argv.at(-1);

const { id: gptId } = await countersign.send('POST', '/v1/gpts', tenant.admin, { name: 'Suite' });
const path = `/v1/gpts/${gptId}/actions`;
const action = await countersign.send('POST', path, tenant.admin, { mcp_url: mcpUrl });
const { operations } = await withTools(action);
for (const { operation_id: name } of operations) await call(name);

/** Authorizes a server that wants it, and accepts its tools. */
async function withTools(created) {
  const actionPath = `${path}/${created.id}`;
  if (!created.warnings.some(({ code }) => code === 'tools_not_listed')) return created;
  const { found, registration } = await countersign.send('POST', `${actionPath}/mcp_authorization`, tenant.admin, {});
  const { client_id, client_secret } = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}');
  if (registration === 'manual')
    await countersign.send('PUT', `${actionPath}/auth`, tenant.admin, { ...found, client_id, client_secret });
  const review = `${actionPath}/mcp_tools`;
  const first = await countersign.send('GET', `${review}?user=${USER}`, tenant.admin);
  if (first.sign_in) await signIn(first.sign_in.url);
  const { digest } = await countersign.send('GET', `${review}?user=${USER}`, tenant.admin);
  return countersign.send('PUT', review, tenant.admin, { user: USER, digest });
}

async function call(name) {
  const body = { operation_id: name, user: USER, arguments: ARGUMENTS[name] ?? {} };
  const send = (more) => countersign.send('POST', `/v1/gpts/${gptId}/call`, tenant.runtime, { ...body, ...more });
  let result = await send();
  if (result.outcome === 'confirmation_required') result = await send({ confirmation: result.confirmation.token });
  if (result.outcome === 'sign_in_required') {
    await signIn(result.sign_in.url);
    result = await send();
    if (result.outcome === 'confirmation_required') result = await send({ confirmation: result.confirmation.token });
  }
  assert.equal(result.outcome, 'completed', JSON.stringify(result));
  console.log(`${name}: ${result.response.status}`);
}

/** Does what the user does with a link. The suite's authorization servers ask for nothing. */
async function signIn(link) {
  const browser = new Browser();
  await browser.get(link);
  await browser.submit();
}
