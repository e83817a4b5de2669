const ENCODINGS: Record<string, (text: string) => string> = {
  base64: (text) => Buffer.from(text).toString('base64'),
  form: (json) => new URLSearchParams(JSON.parse(json) as Record<string, string>).toString(),
  json: (text) => JSON.stringify(text).slice(1, -1),
  percent: (text) => encodeURIComponent(text),
  // Encodes every character, including unreserved ones.
  percent_all: (text) => Buffer.from(text).toString('hex').replaceAll(/../g, '%$&'),
};

/**
 * Fills in a template: `{{name}}` is replaced by a value, `{{name:encoding}}` by the encoded value, and an unknown name by nothing.
 *
 * In token responses the names are `sent.<parameter>`, `granted.<member>` and `granted`, the complete successful response as JSON.
 */
export function fillIn(template: string, values: Record<string, string>): string {
  return template.replaceAll(/\{\{([\w.]+)(?::(\w+))?\}\}/g, (_, name: string, encoding?: string) => {
    const value = values[name] ?? '';
    return encoding === undefined || value === '' ? value : encoded(value, encoding);
  });
}

function encoded(value: string, encoding: string): string {
  const encode = ENCODINGS[encoding];
  if (!encode) throw new Error(`there is no encoding ${encoding}`);
  return encode(value);
}
