/** What model vendors take as the name of a function. */
export const COMMON_OPERATION_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Makes ids for operations that have none: from method and path, so that they stay the same while the document grows. */
export class OperationIdMaker {
  readonly #taken: Set<string>;

  /** @param declared the ids that the document itself gives; they are never made again */
  constructor(declared: Iterable<string>) {
    this.#taken = new Set(declared);
  }

  /** `GET /notes/{id}` is `get_notes_by_id`; a second one of that name `get_notes_by_id_2`. */
  make(method: string, path: string): string {
    const words = path
      .replace(/\{([^{}]*)\}/g, ' by $1 ')
      .split(/[^A-Za-z0-9]+/)
      .filter((word) => word !== '');
    const name = [method.toLowerCase(), ...(words.length > 0 ? words : ['root'])].join('_').slice(0, 60);
    let id = name;
    for (let count = 2; this.#taken.has(id); count += 1) id = `${name}_${count}`;
    this.#taken.add(id);
    return id;
  }
}
