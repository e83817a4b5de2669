import { type JsonObject, member, pointerTo } from '../document/json.js';
import { type Parameter } from '../operations/parameters.js';
import { type TemplateSegment } from '../operations/path-template.js';
import { unfit } from './encode.js';
import { framing, partsWriter } from './styles.js';

/** Writes the path of a request. @throws {InvalidArgumentsError} an argument would change where the request goes */
export type PathWriter = (args: JsonObject) => string;

/**
 * Compiles a path template. What it writes has the template's segments, one for one: a value is percent-encoded with its
 * slashes (RFC 6570, section 3.2.2), is never empty, and never makes a `.` or `..` segment, however often it is decoded.
 *
 * @param basePath the path of the server's URL, without a slash at its end
 * @param parameters one for each variable of the template
 */
export function pathWriter(
  basePath: string,
  template: readonly TemplateSegment[],
  parameters: readonly Parameter[],
): PathWriter {
  const segments = template.map((segment) => segmentWriter(segment, parameters));
  return (args) => {
    let path = basePath;
    for (const segment of segments) path += typeof segment === 'string' ? segment : segment(args);
    return path;
  };
}

/** A segment with its slash; text where no argument takes part in it. */
function segmentWriter(segment: TemplateSegment, parameters: readonly Parameter[]): string | PathWriter {
  const parts = segment.map((part) => ('literal' in part ? part.literal : valueWriter(part.variable, parameters)));
  if (parts.every((part) => typeof part === 'string')) return `/${parts.join('')}`;
  const [pointer = ''] = segment.flatMap((part) =>
    'variable' in part ? argumentPointer(part.variable, parameters) : [],
  );
  return (args) => {
    let text = '';
    for (const part of parts) text += typeof part === 'string' ? part : part(args);
    if (hidesDotSegment(text)) throw unfit(pointer, 'would lead to another path: it has a "." or ".." segment');
    return `/${text}`;
  };
}

function valueWriter(variable: string, parameters: readonly Parameter[]): PathWriter {
  const parameter = parameters.find(({ name, location }) => location === 'path' && name === variable);
  if (parameter === undefined) return () => '';
  const pointer = pointerTo('', parameter.argument);
  const { first, separator } = framing(parameter);
  const write = partsWriter(parameter);
  return (args) => {
    const value = member(args, parameter.argument) ?? null;
    const parts = write(value, pointer);
    const text = parts.length === 0 ? '' : first + parts.join(separator);
    if (text === '') throw unfit(pointer, 'must not be empty: it is a part of the path');
    return text;
  };
}

function argumentPointer(variable: string, parameters: readonly Parameter[]): string[] {
  const parameter = parameters.find(({ name, location }) => location === 'path' && name === variable);
  return parameter === undefined ? [] : [pointerTo('', parameter.argument)];
}

/** Servers and the proxies before them decode a path once, twice, or until nothing changes. */
const MOST_DECODINGS = 16;
/** A dot segment between slashes of either kind; some servers cut `;…` off before they look. */
const DOT_SEGMENT = /(?:^|[/\\])\.{1,2}(?:[/\\;]|$)/;

/** Whether an encoded segment is, or when decoded has within it, a segment that moves a path: `..`, `%2e%2e`, `a%252f..`. */
function hidesDotSegment(segment: string): boolean {
  if (!segment.includes('.') && !segment.includes('%')) return false;
  let text = segment;
  for (let count = 0; count < MOST_DECODINGS; count += 1) {
    const decoded = text.replace(/%([0-9a-f]{2})/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
    if (DOT_SEGMENT.test(decoded)) return true;
    if (decoded === text) return false;
    text = decoded;
  }
  return true;
}
