import type { SignIn } from './api/index.js';
import type { Countersign } from './client.js';
import type { SettleOptions, Steps } from './settle.js';
import { abortable } from './wait.js';

type Prompts = Pick<SettleOptions, 'onSignIn' | 'onConfirmation'>;

/** A sign-in that the user has been shown. */
interface Offer {
  id: string;
  domain: string;
  shown: Promise<boolean | void>;
}

/** Makes calls that settle on their own at the same time share their sign-ins, and ask for one confirmation after the other. */
export class SharedPrompts {
  /** By domain. */
  private readonly current = new Map<string, Offer>();
  /** The sign-in that is shown, by the ids of the calls' own ones. */
  private readonly shared = new Map<string, Offer>();
  private lastAnswer: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly client: Pick<Countersign, 'signedIn'>,
    private readonly prompts: Prompts,
  ) {}

  /** Returns the prompts of one call, and what waits for its sign-ins. */
  forCall(signal: AbortSignal | undefined): Prompts & Pick<Steps<unknown>, 'signedIn'> {
    return {
      onSignIn: async (signIn, call) => {
        const { id, domain } = signIn;
        const offer = this.current.get(domain) ?? {
          id,
          domain,
          shown: (async () => this.prompts.onSignIn(signIn, call))(),
        };
        this.current.set(domain, offer);
        this.shared.set(id, offer);
        const isAccepted = await offer.shown.catch((error: unknown) => {
          this.forget(id);
          throw error;
        });
        if (isAccepted === false) this.forget(id);
        return isAccepted;
      },
      onConfirmation: (confirmation, call) => {
        const answer = this.lastAnswer.then(() => this.prompts.onConfirmation(confirmation, call));
        // An abandoned question must not block the next one.
        this.lastAnswer = abortable(answer, signal).catch(() => undefined);
        return answer;
      },
      signedIn: (id) => this.signedIn(id, signal),
    };
  }

  private async signedIn(id: string, signal: AbortSignal | undefined): Promise<SignIn> {
    try {
      return await this.client.signedIn(this.shared.get(id)?.id ?? id, { signal });
    } finally {
      this.forget(id);
    }
  }

  /** Forgets the sign-in of a call. The next one is shown again. */
  private forget(id: string): void {
    const offer = this.shared.get(id);
    this.shared.delete(id);
    if (offer && this.current.get(offer.domain) === offer) this.current.delete(offer.domain);
  }
}
