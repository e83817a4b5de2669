/** Sets Countersign up through its API. */
import assert from 'node:assert/strict';

const LOGIN_URL = 'https://chat.acme.example/login';

/** A client of the API of a running Countersign. */
export class Countersign {
  constructor({ url, operatorKey }) {
    this.url = url;
    this.operatorKey = operatorKey;
  }

  /** Creates a tenant. @param settings of the tenant, which only the operator may change */
  async tenant(settings) {
    const { id, admin_key: admin } = await this.send('POST', '/v1/tenants', this.operatorKey, { name: 'Acme' });
    if (settings) await this.send('PATCH', `/v1/tenants/${id}`, this.operatorKey, settings);
    const runtime = await this.send('POST', '/v1/keys', admin.key, { role: 'runtime', name: 'interoperability' });
    return { admin: admin.key, runtime: runtime.key };
  }

  /** Creates a GPT with one action, and offers it to MCP clients. */
  async gpt(tenant, name, action, settings = {}) {
    const { id } = await this.send('POST', '/v1/gpts', tenant.admin, { name });
    const { auth } = await this.send('POST', `/v1/gpts/${id}/actions`, tenant.admin, action);
    const { url } = await this.send('PUT', `/v1/gpts/${id}/mcp`, tenant.admin, { enabled: true, ...settings });
    return { id, url, tenant, callbackUrl: auth?.callback_url };
  }

  /** Creates a token with which an MCP client acts for a user. */
  userToken({ id, tenant }, user) {
    return this.send('POST', '/v1/mcp-tokens', tenant.runtime, { gpt_id: id, user });
  }

  async send(method, path, key, body) {
    const response = await fetch(this.url + path, {
      method,
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${text}`);
    return JSON.parse(text);
  }
}

/** Creates a GPT whose users sign in to the example provider. */
export async function notesGpt(countersign, provider) {
  const gpt = await countersign.gpt(await countersign.tenant(), 'Note keeper', {
    openapi: provider.documents.notes,
    auth: {
      type: 'oauth',
      client_id: provider.clientId,
      client_secret: provider.clientSecret,
      authorization_url: provider.authorizationUrl,
      token_url: provider.tokenUrl,
      scope: provider.scope,
    },
  });
  provider.registerRedirectUri(gpt.callbackUrl);
  return gpt;
}

/** Creates a GPT with an authorization server of its own. */
export async function gptWithAuthorizationServer(countersign, openapi) {
  const verification = { user_verification: 'redirect', user_verification_url: 'https://chat.acme.example/verify' };
  const tenant = await countersign.tenant(verification);
  return countersign.gpt(tenant, 'Authorized', { openapi }, { authorization: 'builtin', login_url: LOGIN_URL });
}
