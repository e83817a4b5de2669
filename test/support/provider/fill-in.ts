const ENCODINGS: Record<string, (text: string) => string> = {
  base64: (text) => Buffer.from(text).toString('base64'),
  form: (json) => new URLSearchParams(JSON.parse(json) as Record<string, string>).toString(),
  json: (text) => JSON.stringify(text).slice(1, -1),
  percent: (text) => encodeURIComponent(text),
  // Every character, also those that need it not.
  percent_all: (text) => Buffer.from(text).toString('hex').replaceAll(/../g, '%$&'),
};

/**
 * Fills in a template: `{{name}}` stands for a value, `{{name:encoding}}` for the same encoded; one that is not there is empty.
 *
 * In token answers the names are `sent.<parameter>`, `granted.<member>` and `granted`, which is the whole right answer as JSON.
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
