import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import { readBody } from './json-api.js';

/**
 * Serves `/interaction/{uid}`, where a user signs in to Notes and grants the requested scopes in one step.
 *
 * As an example, it accepts any user name with any password.
 */
export async function serveInteraction(
  provider: Provider,
  scopes: Record<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const interaction = await provider.interactionDetails(request, response);
  const requested = (interaction.params.scope ?? '').split(' ').filter((scope) => scope in scopes);
  const permissions = requested.map((scope) => scopes[scope] ?? scope);
  const signedInAs = interaction.prompt.name === 'login' ? undefined : interaction.session?.accountId;

  if (request.method !== 'POST') {
    sendPage(response, 200, interactionForm({ permissions, signedInAs }));
    return;
  }

  const form = new URLSearchParams(await readBody(request));
  if (form.get('decision') === 'deny') {
    const denial = { error: 'access_denied', error_description: 'the user denied the request' };
    await provider.interactionFinished(request, response, denial);
    return;
  }
  const accountId = signedInAs ?? form.get('login')?.trim();
  if (!accountId) {
    sendPage(response, 400, interactionForm({ permissions, signedInAs, error: 'Enter a user name.' }));
    return;
  }
  const grant = new provider.Grant({ accountId, clientId: interaction.params.client_id ?? '' });
  if (requested.length > 0) grant.addOIDCScope(requested.join(' '));
  await provider.interactionFinished(request, response, {
    login: { accountId },
    consent: { grantId: await grant.save() },
  });
}

function interactionForm(page: { permissions: string[]; signedInAs: string | undefined; error?: string }): string {
  const credentials = page.signedInAs
    ? `<p>Signed in as <strong>${escapeHtml(page.signedInAs)}</strong>.</p>`
    : `<p><label>User name <input name="login" autocomplete="username" autofocus></label></p>
       <p><label>Password <input name="password" type="password" autocomplete="current-password"></label></p>`;
  const permissions = page.permissions.map((permission) => `<li>${escapeHtml(permission)}</li>`).join('');
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign in to Notes</title></head>
<body>
  <h1>Sign in to Notes</h1>
  ${page.error ? `<p role="alert">${escapeHtml(page.error)}</p>` : ''}
  <form method="post">
    ${credentials}
    ${permissions && `<p>Countersign will be able to:</p><ul>${permissions}</ul>`}
    <button name="decision" value="allow">Sign in and allow</button>
    <button name="decision" value="deny">Deny</button>
  </form>
</body>
</html>`;
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  });
  response.end(html);
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
