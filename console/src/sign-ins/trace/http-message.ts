/** A request line, parsed. */
export interface RequestLine {
  method: string;
  /** The URL without its query. */
  url: string;
  parameters: [name: string, value: string][];
}

/** Parses a request line such as `GET https://auth.example.com/authorize?scope=a`. */
export function parseRequestLine(line: string): RequestLine {
  const [, method = '', target = line] = /^(\S+) (.*)$/s.exec(line) ?? [];
  const [url = '', query] = splitAtFirst(target, '?');
  return { method, url, parameters: query === undefined ? [] : parseForm(query) };
}

/** Parses the fields of a form or a query. Redacted values stay as they are. */
export function parseForm(text: string): [name: string, value: string][] {
  return [...new URLSearchParams(text)];
}

/** Formats a body by what it looks like: a form as fields, JSON indented, anything else unchanged. */
export function formatBody(body: string): { fields: [string, string][] } | { text: string } {
  const trimmed = body.trim();
  if (/^[{[]/.test(trimmed)) return { text: indentJson(trimmed) };
  if (/^[\w.[\]%-]+=[^\s<]*$/.test(trimmed)) return { fields: parseForm(trimmed) };
  return { text: body };
}

function indentJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // It is truncated, or not JSON.
    return text;
  }
}

function splitAtFirst(text: string, separator: string): [string, string?] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}
