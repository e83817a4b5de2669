import assert from 'node:assert/strict';
import { signInAsBrowser } from '../../dist/examples/notes-provider/browser.js';

/** Returns the sign-in link in the text of a result, which the model shows to its user. */
export function linkIn(text) {
  const [link] = /http\S+\/signin\/\S+/.exec(text) ?? [];
  assert.ok(link, `no sign-in link in: ${text}`);
  return link;
}

/** Does what the user does with the link. */
export function signIn(text, userName) {
  return signInAsBrowser(linkIn(text), userName);
}
