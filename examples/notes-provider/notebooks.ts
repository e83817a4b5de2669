export interface Note {
  id: string;
  title: string;
  text: string;
  created_at: string;
}

/** All notes by user and id, in memory. */
export class Notebooks {
  readonly #byUser = new Map<string, Map<string, Note>>();

  of(user: string): Map<string, Note> {
    const notebook = this.#byUser.get(user) ?? new Map<string, Note>();
    this.#byUser.set(user, notebook);
    return notebook;
  }

  count(): number {
    return [...this.#byUser.values()].reduce((sum, notebook) => sum + notebook.size, 0);
  }
}
