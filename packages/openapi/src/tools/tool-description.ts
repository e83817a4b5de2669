/** What there is to say of an operation. */
export interface Described {
  /** in upper case */
  readonly method: string;
  /** as in the document, such as `/notes/{id}` */
  readonly path: string;
  readonly summary: string | null;
  readonly description: string | null;
}

const TITLE = 100;

/** A line for people: the summary, else the method and the path. */
export function toolTitle({ method, path, summary }: Described): string {
  const line = tidy(summary ?? '').replaceAll(/\s+/g, ' ');
  return cut(line === '' ? tidy(`${method} ${path}`) : line, TITLE);
}

/**
 * What a model reads of an operation: the summary and the description, the one without the other where it says the same, else
 * the method and the path. Markdown and HTML stay; control characters and blank space without a meaning go.
 *
 * @param most UTF-16 code units, of which there are never fewer than of whatever a vendor counts
 */
export function toolDescription({ method, path, summary, description }: Described, most = Infinity): string {
  const [short, long] = [tidy(summary ?? ''), tidy(description ?? '')];
  const parts = startsWith(long, short) ? [long] : startsWith(short, long) ? [short] : [short, long];
  const text = parts.filter((part) => part !== '').join('\n\n');
  return cut(text === '' ? tidy(`${method} ${path}`) : text, most);
}

/** Whether a text begins with what another one says, apart from case, blank space and the full stop. */
function startsWith(text: string, other: string): boolean {
  const plain = (value: string) => value.toLowerCase().replaceAll(/\s+/g, ' ');
  return plain(text).startsWith(plain(other).replace(/\.$/, ''));
}

/** Indentation stays, because it means something in Markdown. */
function tidy(text: string): string {
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

/**
 * The beginning of a text: whole sentences if they are half of what there is room for, else whole words, else whole
 * graphemes (UAX #29).
 */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const room = most - ENDINGS.sentence.length;
  // What comes after the next few sentences does not matter to where the last one ends that fits.
  const beginning = text.slice(0, 2 * most);
  for (const granularity of GRANULARITIES) {
    const segments = new Intl.Segmenter('en', { granularity }).segment(beginning);
    const end = segments.containing(room)?.index ?? 0;
    const kept = beginning.slice(0, end).trimEnd();
    if (kept.length >= most / 2) return kept + ENDINGS[granularity];
  }
  return '…';
}
