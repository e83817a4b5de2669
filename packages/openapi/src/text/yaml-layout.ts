import { COLLECTION_STYLE, EVENT_ID, SCALAR_STYLE, type Event, type ScalarEvent } from 'js-yaml';
import { lineAt } from './lines.js';

/** By how much each level is set in. */
export const STEP = 2;

/** A collection in block style: its entries are all at one column. Columns count from 0. */
export interface Block {
  isSequence: boolean;
  /** of its first entry */
  start: number;
  column: number;
  newColumn: number;
}

/** What goes on over several lines, of which those behind the first belong to no block themselves. Spans do not overlap. */
export interface Span {
  start: number;
  end: number;
  within: Block | undefined;
  /** by how much the lines of a literal or folded scalar are set in, which is not part of them */
  content?: { column: number; newColumn: number };
}

/** Where the blocks and spans of a YAML text are, in its order. */
export interface YamlLayout {
  blocks: Block[];
  spans: Span[];
}

/** @param starts where each line of the text begins */
export function layoutOf(text: string, starts: readonly number[], events: readonly Event[]): YamlLayout {
  const blocks: Block[] = [];
  const spans: Span[] = [];
  /** What is open: blocks, the offsets of flow collections, and the document. */
  const open: (Block | number | undefined)[] = [];
  /** Behind all that has been seen of a flow collection. */
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
      seen = behindBracket(text, seen);
      if (!isInFlow()) add({ start: closed, end: seen, within: within() });
    } else if (event.type === EVENT_ID.DOCUMENT) {
      open.push(undefined);
    } else if (event.type === EVENT_ID.ALIAS) {
      seen = event.anchorEnd;
    } else if (event.type === EVENT_ID.SCALAR) {
      seen = Math.max(seen, event.tagEnd, event.anchorEnd);
      if (!isInFlow() && event.valueStart >= 0) add(spanOf(event, text, starts, seen, within()));
      seen = Math.max(seen, behindScalar(event));
    } else if (event.style === COLLECTION_STYLE.FLOW) {
      open.push(event.start);
      seen = event.start + 1;
    } else {
      const around = within();
      const isSequence = event.type === EVENT_ID.SEQUENCE;
      const newColumn = around ? around.newColumn + STEP : 0;
      const block = { isSequence, start: event.start, column: columnOf(event.start), newColumn };
      blocks.push(block);
      open.push(block);
    }
  }
  return { blocks, spans };
}

function behindScalar({ valueEnd, style }: ScalarEvent): number {
  return style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED ? valueEnd + 1 : valueEnd;
}

/** From behind the last thing in a flow collection: only spaces, commas and comments are left before it is closed. */
function behindBracket(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== ']' && text[at] !== '}') {
    const isComment = text[at] === '#' && /\s/.test(text[at - 1] ?? '');
    const end = isComment ? text.indexOf('\n', at) : at;
    at = end === -1 ? text.length : end + 1;
  }
  return at + 1;
}

/** @param seen behind what comes before the scalar's header: its key, anchor and tag */
function spanOf(
  event: ScalarEvent,
  text: string,
  starts: readonly number[],
  seen: number,
  within: Block | undefined,
): Span {
  const { valueStart: start, style, indent } = event;
  if (style !== SCALAR_STYLE.LITERAL_BLOCK && style !== SCALAR_STYLE.FOLDED_BLOCK) {
    return { start, end: behindScalar(event), within };
  }
  const header = /[|>][-+]?([1-9]?)/g;
  header.lastIndex = Math.max(seen, starts[lineAt(starts, start - 1)] ?? 0);
  const [, indicator] = header.exec(text) ?? [];
  const newColumn = (within?.newColumn ?? 0) + (Number(indicator) || STEP);
  // Its lines begin behind the line of its header.
  return { start: start - 1, end: event.valueEnd, within, content: { column: indent, newColumn } };
}
