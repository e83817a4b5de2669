import { byteRedactor } from '../../common/redaction/redactor.js';

export interface FileContents {
  /** Redacted in place. */
  readonly files: readonly Buffer[];
  /** Secrets to redact. */
  readonly secrets: readonly string[];
}

/** Redacts the contents of files, and returns them in base64. */
export async function encodeFiles<Encoded>(
  { files, secrets }: FileContents,
  encode: (bytes: Buffer) => Encoded,
): Promise<Encoded[]> {
  const redact = byteRedactor(secrets);
  const encoded: Encoded[] = [];
  for (const bytes of files) {
    await redact(bytes);
    encoded.push(encode(bytes));
  }
  return encoded;
}
