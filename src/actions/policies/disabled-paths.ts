import { spanningName } from '@countersign/openapi';

/** The method and the path template of an operation, as the document has it. */
export interface OperationPath {
  readonly method: string;
  readonly path: string;
}

/** Decodes a path this often: a server may decode it again after a proxy has. */
const MAX_DECODINGS = 3;

/** Literals of a template. What is between two of them is the value of a variable. */
type Literals = readonly string[];

/** A test of the segments of a path. */
type PathTest = (segments: readonly string[]) => boolean;

/** Stands for a variable in a template. The value of a spanning variable, such as `{path+}`, may have several segments. */
const VARIABLE = '\0';
const SPANNING = '\u0001';

/**
 * Returns a test of whether a path belongs to one of these operations. It is strict, because servers differ in how they read a path: it ignores
 * case, empty segments, and what is before the path of an operation, and reads encoded slashes both ways. GET and HEAD are the same.
 *
 * @param serverPath the path of the server's URL, which is the path of the operation `/`
 */
export function disabledPathTest(
  operations: readonly OperationPath[],
  serverPath: string,
): (method: string, path: string) => boolean {
  const disabled = operations.map(({ method, path }) => ({
    method: sameMethod(method),
    test: testOf(path, serverPath),
  }));
  return (method, path) => {
    const readings = readingsOf(path);
    return disabled.some((each) => each.method === sameMethod(method) && readings.some(each.test));
  };
}

function testOf(path: string, serverPath: string): PathTest {
  const own = templateOf(path);
  const template = own.length > 0 ? own : templateOf(serverPath.replaceAll(/%7b/gi, '{').replaceAll(/%7d/gi, '}'));
  const text = template.map((segment) => `/${segment}`).join('');
  if (text.includes(SPANNING)) {
    const literals = ['', ...text.replaceAll(SPANNING, VARIABLE).split(VARIABLE)];
    return (segments) => isInstance(segments.map((segment) => `/${segment}`).join(''), literals);
  }
  const bySegment = template.map((segment) => segment.split(VARIABLE));
  return (segments) => endsWith(segments, bySegment);
}

function sameMethod(method: string): string {
  return method === 'HEAD' ? 'GET' : method;
}

/** Returns the segments of a template, whose query is not part of the path. */
function templateOf(template: string): string[] {
  const [path = ''] = /^(?:\{[^{}]*\}|[^?#])*/.exec(template) ?? [];
  const withMarks = path.replaceAll(/\{([^{}]*)\}/g, (_, variable: string) =>
    spanningName(variable) ? SPANNING : VARIABLE,
  );
  return segmentsOf(decoded(withMarks));
}

/** Returns the segments of a path as it is, and after each decoding. */
function readingsOf(path: string): string[][] {
  const readings = [path];
  for (let count = 0; count < MAX_DECODINGS; count++) readings.push(decoded(readings.at(-1) ?? ''));
  return [...readings, ...readings.map((reading) => reading.replaceAll('\\', '/'))].map(segmentsOf);
}

function decoded(text: string): string {
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (encoded) =>
    Buffer.from(encoded.replaceAll('%', ''), 'hex').toString(),
  );
}

/** Returns the segments in lower case, without empty ones, parameters after `;`, and dot segments. */
function segmentsOf(path: string): string[] {
  const segments: string[] = [];
  for (const part of path.toLowerCase().split('/')) {
    const segment = part.replace(/;.*$/s, '');
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments;
}

function endsWith(segments: readonly string[], template: readonly Literals[]): boolean {
  const start = segments.length - template.length;
  if (start < 0 || (template.length === 0 && start > 0)) return false;
  return template.every((literals, index) => isInstance(segments[start + index] ?? '', literals));
}

/** Returns whether the literals occur in a text in this order, the first at its start and the last at its end. Takes linear time. */
function isInstance(text: string, [first = '', ...others]: Literals): boolean {
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let position = first.length;
  for (const literal of others) {
    const found = text.indexOf(literal, position);
    if (found === -1) return false;
    position = found + literal.length;
  }
  return text.length - last.length >= position && text.endsWith(last);
}
