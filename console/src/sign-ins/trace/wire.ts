/** A request's line, taken apart. */
export interface RequestLine {
  method: string;
  /** Without its query. */
  url: string;
  parameters: [name: string, value: string][];
}

/** `GET https://auth.example.com/authorize?scope=a`. */
export function readLine(line: string): RequestLine {
  const [, method = '', target = line] = /^(\S+) (.*)$/s.exec(line) ?? [];
  const [url = '', query] = cutAt(target, '?');
  return { method, url, parameters: query === undefined ? [] : readForm(query) };
}

/** The fields of a form, or of a query. What is hidden stays as it is written. */
export function readForm(text: string): [name: string, value: string][] {
  return [...new URLSearchParams(text)];
}

/** What a body is, by what it looks like. */
export function readBody(body: string): { fields: [string, string][] } | { text: string } {
  const trimmed = body.trim();
  if (/^[{[]/.test(trimmed)) return { text: prettyJson(trimmed) };
  if (/^[\w.[\]%-]+=[^\s<]*$/.test(trimmed)) return { fields: readForm(trimmed) };
  return { text: body };
}

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // It was cut, or only looks like it.
    return text;
  }
}

function cutAt(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
