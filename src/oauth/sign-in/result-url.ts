import type { SignIn, SignInStatus } from './sign-in.entity.js';

/** Where the browser goes when the sign-in has ended: back to the tenant's page, else to one of ours. Neither address has the code. */
export function resultUrl(publicUrl: string, { id, returnUrl }: SignIn, status: SignInStatus): string {
  if (!returnUrl) return `${publicUrl}/signin/done/${id}`;
  const url = new URL(returnUrl);
  url.searchParams.set('sign_in', id);
  url.searchParams.set('status', status);
  return url.toString();
}
