import { SignInRequiredError, type Credential } from '../../credentials/index.js';
import type { Call } from '../../dispatch/index.js';

/** Lets the calls of one action in a turn share a sign-in: the user gets one link, not one for each call. */
export class SharedSignIns {
  private readonly firstByAction = new Map<string, Promise<SignInRequiredError | undefined>>();

  /** Authenticates a call, after the first call of its action. @throws {SignInRequiredError} that of the first call */
  async authenticate(call: Call, authenticate: () => Promise<Credential>): Promise<Credential> {
    const { id } = call.action;
    const first = this.firstByAction.get(id);
    if (first === undefined) {
      const own = authenticate();
      this.firstByAction.set(id, signInOf(own));
      return own;
    }
    const required = await first;
    if (required && call.operation.requiresAuth) throw required;
    return authenticate();
  }
}

function signInOf(credential: Promise<Credential>): Promise<SignInRequiredError | undefined> {
  return credential.then(
    () => undefined,
    (error: unknown) => (error instanceof SignInRequiredError ? error : undefined),
  );
}
