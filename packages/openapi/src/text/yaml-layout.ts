import { COLLECTION_STYLE, EVENT_ID, SCALAR_STYLE, type Event, type ScalarEvent } from 'js-yaml';
import { lineAt } from '../document/lines.js';

/** The indentation of each level. */
export const INDENT = 2;

/** A collection in block style, whose entries begin at the same column. Columns count from 0. */
export interface Block {
  isSequence: boolean;
  /** the offset of its first entry */
  start: number;
  column: number;
  newColumn: number;
}

/** A scalar or flow collection of several lines. Lines after the first are not entries of a block. Spans do not overlap. */
export interface Span {
  start: number;
  end: number;
  within: Block | undefined;
  /** the indentation of the lines of a literal or folded scalar, which is not part of its content */
  content?: { column: number; newColumn: number };
}

/** The blocks and spans of a YAML text, in its order. */
export interface YamlLayout {
  blocks: Block[];
  spans: Span[];
}

/** Determines the layout of a YAML text. @param starts the offset of each line */
export function layoutOf(text: string, starts: readonly number[], events: readonly Event[]): YamlLayout {
  const blocks: Block[] = [];
  const spans: Span[] = [];
  /** the open blocks, the offsets of the open flow collections, and `undefined` for the document */
  const open: (Block | number | undefined)[] = [];
  /** the offset after the last token of a flow collection so far */
  let seen = 0;
  const within = () => open.findLast((each): each is Block => typeof each === 'object');
  const isInFlow = () => typeof open.at(-1) === 'number';
  const columnOf = (offset: number) => offset - (starts[lineAt(starts, offset)] ?? 0);
  const add = (span: Span) => {
    if (lineAt(starts, span.start) !== lineAt(starts, span.end)) spans.push(span);
  };
  for (const event of events) {
    if (event.type === EVENT_ID.POP) {
      const closed = open.pop();
      if (typeof closed !== 'number') continue;
      seen = endOfFlow(text, seen);
      if (!isInFlow()) add({ start: closed, end: seen, within: within() });
    } else if (event.type === EVENT_ID.DOCUMENT) {
      open.push(undefined);
    } else if (event.type === EVENT_ID.ALIAS) {
      seen = event.anchorEnd;
    } else if (event.type === EVENT_ID.SCALAR) {
      seen = Math.max(seen, event.tagEnd, event.anchorEnd);
      if (!isInFlow() && event.valueStart >= 0) add(spanOf(event, text, starts, seen, within()));
      seen = Math.max(seen, endOfScalar(event));
    } else if (event.style === COLLECTION_STYLE.FLOW) {
      open.push(event.start);
      seen = event.start + 1;
    } else {
      const around = within();
      const isSequence = event.type === EVENT_ID.SEQUENCE;
      const newColumn = around ? around.newColumn + INDENT : 0;
      const block = { isSequence, start: event.start, column: columnOf(event.start), newColumn };
      blocks.push(block);
      open.push(block);
    }
  }
  return { blocks, spans };
}

function endOfScalar({ valueEnd, style }: ScalarEvent): number {
  return style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED ? valueEnd + 1 : valueEnd;
}

/** Returns the offset after the closing bracket. Only spaces, commas and comments are left before it. */
function endOfFlow(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== ']' && text[at] !== '}') {
    const isComment = text[at] === '#' && /\s/.test(text[at - 1] ?? '');
    const end = isComment ? text.indexOf('\n', at) : at;
    at = end === -1 ? text.length : end + 1;
  }
  return at + 1;
}

/** Returns the span of a scalar. @param seen the offset after its key, anchor and tag */
function spanOf(
  event: ScalarEvent,
  text: string,
  starts: readonly number[],
  seen: number,
  within: Block | undefined,
): Span {
  const { valueStart: start, style, indent } = event;
  if (style !== SCALAR_STYLE.LITERAL_BLOCK && style !== SCALAR_STYLE.FOLDED_BLOCK) {
    return { start, end: endOfScalar(event), within };
  }
  const header = /[|>][-+]?([1-9]?)/g;
  header.lastIndex = Math.max(seen, starts[lineAt(starts, start - 1)] ?? 0);
  const [, indicator] = header.exec(text) ?? [];
  const newColumn = (within?.newColumn ?? 0) + (Number(indicator) || INDENT);
  // The content begins on the line after the header.
  return { start: start - 1, end: event.valueEnd, within, content: { column: indent, newColumn } };
}
