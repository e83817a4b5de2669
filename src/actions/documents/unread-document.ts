/** How an {@link UnreadDocument} was sent: as an object, as text, or behind a URL in an encoding that its bytes tell. */
export type UnreadForm = 'object' | 'text' | 'encoded';

/** A document that the main thread does not parse, because of its size. */
export class UnreadDocument {
  /**
   * @param bytes UTF-8, unless `form` is `encoded`; of an object its JSON
   */
  constructor(
    readonly bytes: Uint8Array<ArrayBuffer>,
    readonly form: UnreadForm,
  ) {}
}
