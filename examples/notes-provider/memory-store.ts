import type { Adapter, AdapterPayload } from 'oidc-provider';

/**
 * The authorization server's state in memory: sessions, grants, codes, tokens and clients, by model.
 *
 * Nothing expires here, because oidc-provider checks `exp` itself.
 */
export class MemoryStore {
  readonly #models = new Map<string, Map<string, AdapterPayload>>();

  /** The adapter factory for oidc-provider, called once per model. */
  readonly adapterFor = (model: string): Adapter => {
    const entries = this.#entriesOf(model);
    return {
      upsert: async (id, payload) => void entries.set(id, payload),
      find: async (id) => entries.get(id),
      findByUid: async (uid) => [...entries.values()].find((payload) => payload.uid === uid),
      // Only the device flow has user codes, and it is not enabled.
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

  deleteAll(model: string): void {
    this.#entriesOf(model).clear();
  }

  #entriesOf(model: string): Map<string, AdapterPayload> {
    const entries = this.#models.get(model) ?? new Map<string, AdapterPayload>();
    this.#models.set(model, entries);
    return entries;
  }
}
