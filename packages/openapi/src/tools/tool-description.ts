/** The fields of an operation that describe it. */
export interface Described {
  /** in upper case */
  readonly method: string;
  /** as in the document, such as `/notes/{id}` */
  readonly path: string;
  readonly summary: string | null;
  readonly description: string | null;
  /** replaces summary and description in the description for models */
  readonly modelDescription?: string;
}

const MAX_TITLE_LENGTH = 100;

/** Returns a title for people: the summary, or method and path. */
export function toolTitle({ method, path, summary }: Described): string {
  const line = normalize(summary ?? '').replaceAll(/\s+/g, ' ');
  return truncate(line === '' ? normalize(`${method} ${path}`) : line, MAX_TITLE_LENGTH);
}

/**
 * Returns a description for models: summary and description without repetition, or method and path. Markdown and HTML are kept; control
 * characters and meaningless whitespace are removed.
 *
 * @param maxLength in UTF-16 code units, which are never fewer than the units that a vendor counts
 */
export function toolDescription(
  { method, path, summary, description, modelDescription }: Described,
  maxLength = Infinity,
): string {
  if (modelDescription !== undefined) return truncate(normalize(modelDescription), maxLength);
  const [short, long] = [normalize(summary ?? ''), normalize(description ?? '')];
  const parts = startsWith(long, short) ? [long] : startsWith(short, long) ? [short] : [short, long];
  const text = parts.filter((part) => part !== '').join('\n\n');
  return truncate(text === '' ? normalize(`${method} ${path}`) : text, maxLength);
}

/** Returns whether a text begins with another, ignoring case, whitespace and the final full stop. */
function startsWith(text: string, other: string): boolean {
  const plain = (value: string) => value.toLowerCase().replaceAll(/\s+/g, ' ');
  return plain(text).startsWith(plain(other).replace(/\.$/, ''));
}

/** Keeps indentation, which is significant in Markdown. */
function normalize(text: string): string {
  const lines = text
    .toWellFormed()
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .map((line) =>
      line
        .replaceAll('\t', '  ')
        .replaceAll(/\p{Cc}/gu, '')
        .trimEnd()
        .replaceAll(/(\S)\s{2,}/g, '$1 '),
    );
  const kept = lines.filter((line, index) => line !== '' || lines[index - 1] !== '');
  return kept.join('\n').trim();
}

const GRANULARITIES = ['sentence', 'word', 'grapheme'] as const;
const ENDINGS = { sentence: ' …', word: '…', grapheme: '…' };

/** Truncates a text: after a sentence if that keeps at least half of the length, else after a word or a grapheme (UAX #29). */
function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const available = maxLength - ENDINGS.sentence.length;
  // Segmenting twice the maximum length is enough to find the last boundary that fits.
  const beginning = text.slice(0, 2 * maxLength);
  for (const granularity of GRANULARITIES) {
    const segments = new Intl.Segmenter('en', { granularity }).segment(beginning);
    const end = segments.containing(available)?.index ?? 0;
    const kept = beginning.slice(0, end).trimEnd();
    if (kept.length >= maxLength / 2) return kept + ENDINGS[granularity];
  }
  return '…';
}
