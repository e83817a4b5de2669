import type { VisibleStatus } from './sign-in-status.js';
import type { SignIn, SignInStatus } from './sign-in.entity.js';

/** Returns the URL for the browser after a sign-in: the tenant's `return_url`, or the result page. It never contains the code. */
export function resultUrl(
  publicUrl: string,
  { id, returnUrl }: Pick<SignIn, 'id' | 'returnUrl'>,
  status: SignInStatus,
): string {
  return returnUrl ? returnUrlWith(returnUrl, id, status) : resultPageUrl(publicUrl, id);
}

/** Returns the URL of the page that shows the status of a sign-in. */
export function resultPageUrl(publicUrl: string, id: string): string {
  return `${publicUrl}/signin/done/${id}`;
}

/** Returns the tenant's `return_url` with the sign-in and its status. */
export function returnUrlWith(returnUrl: string, id: string, status: VisibleStatus): string {
  const url = new URL(returnUrl);
  url.searchParams.set('sign_in', id);
  url.searchParams.set('status', status);
  return url.toString();
}

/**
 * Returns the URL of the tenant's page that identifies its user.
 *
 * @param browserToken proves to the tenant's server that this browser completed the sign-in at the provider
 */
export function verificationUrl(userVerificationUrl: string, signInId: string, browserToken: string): string {
  const url = new URL(userVerificationUrl);
  url.searchParams.set('sign_in', signInId);
  url.searchParams.set('browser_token', browserToken);
  return url.toString();
}
