/** The tags of the API document and what they group. Every route has one of them. */
export const API_TAGS: readonly (readonly [name: string, description: string])[] = [
  ['GPTs', 'Assistants of a tenant. A GPT has actions.'],
  ['Actions', 'An OpenAPI document with an authentication schema. A GPT calls the operations of its actions.'],
  ['OpenAPI documents', 'Checking and formatting documents before they become actions.'],
  ['Calls', 'Calling operations, and listing them as tools for a model.'],
  ['Sign-ins', 'One run of a flow that connects an end user to an action, with its steps and diagnosis.'],
  ['Connections', "End users' credentials for actions: their state, their refreshes and their revocation."],
  ['Connected accounts', 'Links to a page on which an end user sees and disconnects their connections.'],
  ['End-user pages', 'HTML pages and redirects for the browsers of end users. API clients do not call them.'],
  ['OAuth providers', 'Setting up authorization servers: presets, metadata discovery and checks.'],
  ['API keys', 'The keys of a tenant: admin keys to configure, runtime keys to call.'],
  ['Tenants', 'The organizations that use a deployment, managed with the operator key.'],
  ['Statistics', 'Calls, latencies, token refreshes and sign-ins per minute.'],
  ['Audit log', 'Who changed what and when, as a hash chain per tenant.'],
  ['Vault', 'Rotation of the keys that encrypt secrets.'],
  ['Console sessions', 'Sessions of browsers that signed in to the console with an API key.'],
  ['Monitoring', 'Health probes and metrics. They require no key.'],
];
