import { type JsonObject, member, pointerTo } from '../document/json.js';
import { type Parameter } from '../operations/parameters.js';
import { type TemplateSegment } from '../operations/path-template.js';
import { type Encode, invalidArgument, percentEncode } from './encode.js';
import { delimiters, partsWriter } from './styles.js';

/** Returns the path of a request. @throws {InvalidArgumentsError} an argument would change the target of the request */
export type PathWriter = (args: JsonObject) => string;

/**
 * Compiles a path template. The result has exactly the segments of the template: a value is percent-encoded including slashes (RFC 6570,
 * section 3.2.2), is never empty, and never results in a `.` or `..` segment, no matter how often it is decoded. The slashes of a value that
 * spans segments stay, and none of its segments is empty, except for the last of the path.
 *
 * @param basePath the path of the server's URL, without a trailing slash
 * @param parameters one for each variable of the template
 */
export function pathWriter(
  basePath: string,
  template: readonly TemplateSegment[],
  parameters: readonly Parameter[],
): PathWriter {
  const last = template.length - 1;
  const segments = template.map((segment, index) => segmentWriter(segment, parameters, index === last));
  return (args) => {
    let path = basePath;
    for (const segment of segments) path += typeof segment === 'string' ? segment : segment(args);
    return path;
  };
}

/** Compiles a segment with its slash; a constant if it has no variables. */
function segmentWriter(
  segment: TemplateSegment,
  parameters: readonly Parameter[],
  isLast: boolean,
): string | PathWriter {
  const parts = segment.map((part) => ('literal' in part ? part.literal : valueWriter(part.variable, parameters)));
  if (parts.every((part) => typeof part === 'string')) return `/${parts.join('')}`;
  const [pointer = ''] = segment.flatMap((part) =>
    'variable' in part ? argumentPointer(part.variable, parameters) : [],
  );
  return (args) => {
    let text = '';
    for (const part of parts) text += typeof part === 'string' ? part : part(args);
    if (hasDotSegment(text)) throw invalidArgument(pointer, 'must not result in a "." or ".." path segment');
    if (hasEmptySegment(text, isLast)) {
      const place = isLast ? 'at its beginning or two in a row' : 'at its beginning or end, or two in a row';
      throw invalidArgument(pointer, `must not result in an empty path segment: it must not have a slash ${place}`);
    }
    return `/${text}`;
  };
}

function valueWriter(variable: string, parameters: readonly Parameter[]): PathWriter {
  const parameter = parameters.find(({ name, location }) => location === 'path' && name === variable);
  if (parameter === undefined) return () => '';
  const pointer = pointerTo('', parameter.argument);
  const { first, separator } = delimiters(parameter);
  const write = partsWriter(parameter, parameter.spansSegments ? { encode: encodeSegments } : {});
  return (args) => {
    const value = member(args, parameter.argument) ?? null;
    const parts = write(value, pointer);
    const text = parts.length === 0 ? '' : first + parts.join(separator);
    if (text === '') throw invalidArgument(pointer, 'must not be empty, because it is part of the path');
    return text;
  };
}

const encodeSegments: Encode = (text, pointer) =>
  text
    .split('/')
    .map((segment) => percentEncode(segment, pointer))
    .join('/');

/** Returns whether a text with slashes has an empty segment, not counting the last one of the path. */
function hasEmptySegment(text: string, isLast: boolean): boolean {
  return text.startsWith('/') || text.includes('//') || (!isLast && text.endsWith('/'));
}

function argumentPointer(variable: string, parameters: readonly Parameter[]): string[] {
  const parameter = parameters.find(({ name, location }) => location === 'path' && name === variable);
  return parameter === undefined ? [] : [pointerTo('', parameter.argument)];
}

/** Servers and proxies may decode a path once, twice, or until it no longer changes. */
const MAX_DECODINGS = 16;
/** A dot segment between slashes or backslashes; some servers remove `;…` first. */
const DOT_SEGMENT = /(?:^|[/\\])\.{1,2}(?:[/\\;]|$)/;

/** Returns whether an encoded segment contains a dot segment after any number of decodings: `..`, `%2e%2e`, `a%252f..`. */
function hasDotSegment(segment: string): boolean {
  if (!segment.includes('.') && !segment.includes('%')) return false;
  let text = segment;
  for (let count = 0; count < MAX_DECODINGS; count += 1) {
    const decoded = text.replace(/%([0-9a-f]{2})/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
    if (DOT_SEGMENT.test(decoded)) return true;
    if (decoded === text) return false;
    text = decoded;
  }
  return true;
}
