/** The format that a body appears to have, whatever its Content-Type is. */
export type BodyFormat = 'json' | 'form' | 'html' | 'empty' | 'text';

/** Returns the format that a body appears to have, whatever its Content-Type is. */
export function looksLike(body: string): BodyFormat {
  const text = body.trim();
  if (text === '') return 'empty';
  if (text.startsWith('<')) return 'html';
  if (/^[{[]/.test(text)) return 'json';
  return isForm(text) ? 'form' : 'text';
}

export function isForm(text: string): boolean {
  return /^[\w.-]+=/.test(text) && !/[\s<]/.test(text);
}
