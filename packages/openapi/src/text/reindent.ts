import { EVENT_ID, getScalarValue, parseEvents, type Event } from 'js-yaml';
import { lineStarts } from '../document/lines.js';
import { layoutOf, INDENT, type Block, type Span, type YamlLayout } from './yaml-layout.js';

/**
 * Reindents YAML: two spaces for each level, lists indented below their key, one space after a dash, no trailing spaces. Comments, blank
 * lines, quotes and flow collections stay as they are.
 *
 * @param text valid YAML
 */
export function reindent(text: string): string {
  const starts = lineStarts(text);
  const events = parseEvents(text, {});
  const result = layOut(text, starts, layoutOf(text, starts, events));
  // Indentation is significant: if the result has another meaning, keep the text as it is.
  return isEquivalent(text, events, result) ? result : text;
}

function isEquivalent(before: string, events: readonly Event[], after: string): boolean {
  const others = parseEvents(after, {});
  if (events.length !== others.length) return false;
  return events.every((event, index) => {
    const other = others[index];
    return other !== undefined && contentOfEvent(before, event) === contentOfEvent(after, other);
  });
}

/** Returns the content of an event without its position. */
function contentOfEvent(text: string, event: Event): string {
  if (!('anchorStart' in event)) return String(event.type);
  const anchor = text.slice(event.anchorStart, event.anchorEnd);
  if (event.type === EVENT_ID.ALIAS) return `*${anchor}`;
  const tag = text.slice(event.tagStart, event.tagEnd);
  const value = event.type === EVENT_ID.SCALAR ? getScalarValue(text, event) : '';
  return `${event.type} ${event.style} ${anchor} ${tag} ${value}`;
}

interface Line {
  /** without its line break */
  text: string;
  lineBreak: string;
  /** the number of leading spaces */
  indent: number;
}

/** A line that holds only a comment; its column depends on the lines around it. */
interface Comment {
  at: number;
  line: Line;
}

function layOut(text: string, starts: readonly number[], { blocks, spans }: YamlLayout): string {
  const result: string[] = [];
  const open: Block[] = [];
  let comments: Comment[] = [];
  let nextBlock = 0;
  let nextSpan = 0;
  for (const [at, start] of starts.entries()) {
    const line = lineOf(text.slice(start, starts[at + 1]));
    const end = start + line.text.length;
    while ((spans[nextSpan]?.end ?? Infinity) <= start) nextSpan += 1;
    const span = spans[nextSpan];
    if (span && span.start < start) {
      result.push(reindentContinuation(line, span) + line.lineBreak);
      continue;
    }
    const content = span && span.start < end && span.end > end ? line.text.slice(line.indent) : line.text.trim();
    if (content === '' || content.startsWith('#')) {
      if (content !== '') comments.push({ at, line });
      result.push(content + line.lineBreak);
      continue;
    }
    const before = [...open];
    closeBlocks(open, line.indent, /^-(?:\s|$)/.test(content));
    for (; (blocks[nextBlock]?.start ?? Infinity) < end; nextBlock += 1) open.push(blocks[nextBlock] as Block);
    const entry = open.findLast(({ column }) => column === line.indent);
    const column = entry ? entry.newColumn : columnOfValue(open, line.indent);
    result.push(spaces(column) + (entry ? withSingleSpaces(content) : content) + line.lineBreak);
    setComments(result, comments, before, { column: line.indent, newColumn: column });
    comments = [];
  }
  setComments(result, comments, open);
  const isOpenAtEnd = (spans.at(-1)?.end ?? 0) >= text.trimEnd().length;
  return isOpenAtEnd ? result.join('') : result.join('').trimEnd() + (result[0]?.match(/\r?\n|\r/)?.[0] ?? '\n');
}

function lineOf(whole: string): Line {
  const [, indent = '', rest = '', lineBreak = ''] = /^( *)([^\r\n]*)(\r?\n|\r|)/.exec(whole) ?? [];
  return { text: indent + rest, lineBreak, indent: indent.length };
}

/** Closes the blocks that a line at this column cannot belong to. A list may be at the column of its own key. */
function closeBlocks(open: Block[], indent: number, isDash: boolean): void {
  const isOver = ({ column, isSequence }: Block) => column > indent || (column === indent && isSequence && !isDash);
  for (let last = open.at(-1); last && isOver(last); last = open.at(-1)) open.pop();
}

/** Returns the new column of a value on a line of its own. */
function columnOfValue(open: readonly Block[], indent: number): number {
  const around = open.at(-1);
  return around ? around.newColumn + INDENT : indent;
}

/** Changes `-   a` to `- a`, also for nested entries on one line. */
function withSingleSpaces(content: string): string {
  const [indicators = ''] = /^(?:[-?:][ \t]+(?=\S))*/.exec(content) ?? [];
  return indicators.replaceAll(/[ \t]+/g, ' ') + content.slice(indicators.length);
}

function setComments(
  result: string[],
  comments: readonly Comment[],
  open: readonly Block[],
  next?: { column: number; newColumn: number },
): void {
  for (const { at, line } of comments) {
    const isNext = next !== undefined && (line.indent === next.column || line.indent < (open.at(0)?.column ?? 0));
    const innermost = open.findLast(({ column }) => column <= line.indent);
    // A list may be at the column of its own key; a comment after it does not belong to the list.
    const around = open.find(({ column }) => column === line.indent) ?? innermost;
    const beside = isNext || (next && line.indent < next.column && around?.column !== line.indent) ? next : around;
    result[at] = spaces(beside?.newColumn ?? next?.newColumn ?? 0) + line.text.trim() + line.lineBreak;
  }
}

/** Moves a continuation line along with the block that its span belongs to. */
function reindentContinuation({ text, indent }: Line, { within, content }: Span): string {
  if (!within) return text;
  if (content) return indent < content.column ? text.trim() : spaces(content.newColumn) + text.slice(content.column);
  const rest = text.slice(indent);
  if (rest.trim() === '') return '';
  const least = within.newColumn + (indent > within.column ? 1 : 0);
  return spaces(Math.max(indent - within.column + within.newColumn, least)) + rest;
}

function spaces(count: number): string {
  return ' '.repeat(count);
}
