import type { Adapter, AdapterPayload } from 'oidc-provider';

/**
 * What the authorization server remembers: sessions, grants, codes, tokens and clients, each under its model's name.
 *
 * It lives as long as the process. oidc-provider itself checks `exp` on everything it finds, so nothing expires here.
 */
export class MemoryStore {
  readonly #models = new Map<string, Map<string, AdapterPayload>>();

  /** The adapter factory that oidc-provider asks for, once a model. */
  readonly adapterFor = (model: string): Adapter => {
    const entries = this.#entriesOf(model);
    return {
      upsert: async (id, payload) => void entries.set(id, payload),
      find: async (id) => entries.get(id),
      findByUid: async (uid) => [...entries.values()].find((payload) => payload.uid === uid),
      // The device flow, which alone has user codes, is not enabled.
      findByUserCode: async () => undefined,
      consume: async (id) => {
        const payload = entries.get(id);
        if (payload) payload.consumed = Math.floor(Date.now() / 1000);
      },
      destroy: async (id) => void entries.delete(id),
      revokeByGrantId: async (grantId) => {
        for (const [id, payload] of entries) if (payload.grantId === grantId) entries.delete(id);
      },
    };
  };

  put(model: string, id: string, payload: AdapterPayload): void {
    this.#entriesOf(model).set(id, payload);
  }

  forgetAll(model: string): void {
    this.#entriesOf(model).clear();
  }

  #entriesOf(model: string): Map<string, AdapterPayload> {
    const entries = this.#models.get(model) ?? new Map<string, AdapterPayload>();
    this.#models.set(model, entries);
    return entries;
  }
}
