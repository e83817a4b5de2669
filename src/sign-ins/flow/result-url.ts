import type { SignIn, SignInStatus } from '../sign-in.entity.js';

/** Where the browser goes when the sign-in has ended: back to the tenant's page, else to one of ours. Neither address has the code. */
export function resultUrl(
  publicUrl: string,
  { id, returnUrl }: Pick<SignIn, 'id' | 'returnUrl'>,
  status: SignInStatus,
): string {
  if (!returnUrl) return `${publicUrl}/signin/done/${id}`;
  const url = new URL(returnUrl);
  url.searchParams.set('sign_in', id);
  url.searchParams.set('status', status);
  return url.toString();
}

/** Where the tenant's server recognizes its user. The token proves to it that this browser is the one that signed in. */
export function verificationUrl(askAt: string, signInId: string, browserToken: string): string {
  const url = new URL(askAt);
  url.searchParams.set('sign_in', signInId);
  url.searchParams.set('browser_token', browserToken);
  return url.toString();
}
