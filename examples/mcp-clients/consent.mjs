import { Browser } from '../../dist/examples/notes-provider/browser.js';

/** Returns a listener to the output of a client, which has a user consent once the client prints the URL of its authorization request. */
export function consentOnce(countersign, gpt) {
  let hasConsented = false;
  return async (output) => {
    const [url] = /http\S+\/authorize\?\S+(?=\n)/.exec(output) ?? [];
    if (!url || hasConsented) return;
    hasConsented = true;
    await giveConsent(countersign, gpt, url);
  };
}

/** Does what the user's browser and the tenant's login page do. */
async function giveConsent(countersign, { tenant }, url) {
  const browser = new Browser();
  await browser.get(url, { follow: false });
  const { searchParams } = new URL(browser.redirect);
  const { redirect_url: consentUrl } = await countersign.send(
    'POST',
    `/v1/mcp-authorizations/${searchParams.get('authorization')}/verify`,
    tenant.runtime,
    { user: 'alice', browser_token: searchParams.get('browser_token') },
  );
  await browser.get(consentUrl);
  await browser.submit();
}
