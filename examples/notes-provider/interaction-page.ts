import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import { readBody } from './json-api.js';

/**
 * The page at `/interaction/{uid}` where a user signs in to Notes and, in the same step, allows the client what it asks for.
 *
 * Any user name is accepted with any password: this is an example.
 */
export async function serveInteraction(
  provider: Provider,
  scopes: Record<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const interaction = await provider.interactionDetails(request, response);
  const asked = (interaction.params.scope ?? '').split(' ').filter((scope) => scope in scopes);
  const wishes = asked.map((scope) => scopes[scope] ?? scope);
  const signedInAs = interaction.prompt.name === 'login' ? undefined : interaction.session?.accountId;

  if (request.method !== 'POST') {
    sendPage(response, 200, interactionForm({ wishes, signedInAs }));
    return;
  }

  const form = new URLSearchParams(await readBody(request));
  if (form.get('decision') === 'deny') {
    const denial = { error: 'access_denied', error_description: 'the user said no' };
    await provider.interactionFinished(request, response, denial);
    return;
  }
  const accountId = signedInAs ?? form.get('login')?.trim();
  if (!accountId) {
    sendPage(response, 400, interactionForm({ wishes, signedInAs, complaint: 'Enter a user name.' }));
    return;
  }
  const grant = new provider.Grant({ accountId, clientId: interaction.params.client_id ?? '' });
  if (asked.length > 0) grant.addOIDCScope(asked.join(' '));
  await provider.interactionFinished(request, response, {
    login: { accountId },
    consent: { grantId: await grant.save() },
  });
}

function interactionForm(page: { wishes: string[]; signedInAs: string | undefined; complaint?: string }): string {
  const credentials = page.signedInAs
    ? `<p>Signed in as <strong>${escapeHtml(page.signedInAs)}</strong>.</p>`
    : `<p><label>User name <input name="login" autocomplete="username" autofocus></label></p>
       <p><label>Password <input name="password" type="password" autocomplete="current-password"></label></p>`;
  const wishes = page.wishes.map((wish) => `<li>${escapeHtml(wish)}</li>`).join('');
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign in to Notes</title></head>
<body>
  <h1>Sign in to Notes</h1>
  ${page.complaint ? `<p role="alert">${escapeHtml(page.complaint)}</p>` : ''}
  <form method="post">
    ${credentials}
    ${wishes && `<p>Countersign will be able to:</p><ul>${wishes}</ul>`}
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
