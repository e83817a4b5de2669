import { spanningName, splitPath } from '../operations/path-template.js';
import { type CheckContext, type CheckedOperation, type CheckedPath, type CheckFinding } from './check.js';

const VARIABLE = /\{[^{}]+\}/g;

/** Templates that differ only in the names of their variables are identical and MUST NOT both exist (OAS 3.1.1, section 4.8.8.1). */
export function samePath({ operations }: CheckContext): CheckFinding[] {
  const first = new Map<string, CheckedOperation>();
  return operations.flatMap((operation) => {
    const { method, path } = operation;
    const key = `${method} ${path.replace(VARIABLE, (variable) => (isSpanning(variable) ? '{+}' : '{}'))}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, operation);
    if (other === undefined || other.path === path) return [];
    const message = `${method} ${path} and ${method} ${other.path} are the same to the server, but models see two operations; keep only one`;
    return [{ message, pointer: operation.operation.pointer }];
  });
}

function isSpanning(variable: string): boolean {
  return spanningName(variable.slice(1, -1)) !== undefined;
}

/** An operation is compared with this many earlier ones of the same method and length: a comparison with all would take quadratic time. */
const MAX_COMPARED = 100;

/**
 * `/{kind}/mine` and `/users/{id}` both match `/users/mine`, and neither is more concrete (OAS 3.1.1, section 4.8.8.2: "ambiguous"). Many APIs
 * have such paths without actual conflicts, so only the first is reported.
 */
export function ambiguousPaths({ operations }: CheckContext): CheckFinding[] {
  const groups = new Map<string, { path: string; segments: Segments }[]>();
  const groupOf = (key: string) => groups.get(key) ?? groups.set(key, []).get(key) ?? [];
  for (const { method, path, operation } of operations) {
    const segments = segmentsOf(path);
    // A path that ends with any number of segments is compared with those of all lengths.
    const isOpen = segments.at(-1) === SPANNING;
    const [all, open, same] = [groupOf(method), groupOf(`${method} open`), groupOf(`${method} ${segments.length}`)];
    const other = [...(isOpen ? all : same), ...open].find((earlier) => isAmbiguous(earlier.segments, segments));
    for (const group of isOpen ? [all, open] : [all, same]) {
      if (group.length < MAX_COMPARED) group.push({ path, segments });
    }
    if (other === undefined) continue;
    const message = `${method} ${path} and ${method} ${other.path} can match the same URL, and the server decides which one it uses; if that can happen, change one of the paths`;
    return [{ message, pointer: operation.pointer }];
  }
  return [];
}

/** A variable at the end of a path whose value may have several segments. */
const SPANNING = Symbol('spanning');
/** A variable of one segment. */
const ANY = Symbol('any');

/** The text of each segment, or its kind of variable. */
type Segments = readonly (string | symbol)[];

function segmentsOf(path: string): Segments {
  const segments = splitPath(path);
  return segments.map((segment, index) => {
    if (!/^\{[^{}]+\}$/.test(segment)) return segment;
    return index === segments.length - 1 && isSpanning(segment) ? SPANNING : ANY;
  });
}

/** The kinds of segments, the most concrete first. */
function rank(segment: string | symbol): number {
  return segment === SPANNING ? 2 : segment === ANY ? 1 : 0;
}

function isAmbiguous(one: Segments, other: Segments): boolean {
  let isOneMoreConcrete = false;
  let isOtherMoreConcrete = false;
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const [segment, opposite] = [segmentAt(one, index), segmentAt(other, index)];
    if (segment === undefined || opposite === undefined) return false;
    if (typeof segment === 'string' && typeof opposite === 'string' && segment !== opposite) return false;
    if (rank(segment) < rank(opposite)) isOneMoreConcrete = true;
    if (rank(segment) > rank(opposite)) isOtherMoreConcrete = true;
  }
  return isOneMoreConcrete && isOtherMoreConcrete;
}

/** Returns a segment of a path, whose last one goes on if it may have several segments. */
function segmentAt(segments: Segments, index: number): string | symbol | undefined {
  return segments[index] ?? (segments.at(-1) === SPANNING ? SPANNING : undefined);
}

/** Each template expression MUST NOT appear more than once (OAS 3.1.1, section 4.8.8.1). */
export function repeatedPathVariable({ path }: CheckedPath): string | undefined {
  const variables: string[] = path.match(VARIABLE) ?? [];
  const repeated = variables.find((variable, index) => variables.indexOf(variable) !== index);
  if (repeated === undefined) return undefined;
  return `"${repeated}" is repeated in the path ${path}, and every occurrence gets the same value; use different names`;
}

export function unbalancedBraces({ path }: CheckedPath): string | undefined {
  if (!/[{}]/.test(path.replace(VARIABLE, ''))) return undefined;
  return `the path ${path} has an unbalanced brace, which is sent unchanged; write variables as "{name}"`;
}

/** The syntax of variables in many web frameworks, but not in OpenAPI. */
export function colonVariable({ path }: CheckedPath): string | undefined {
  const segment = path.split('/').find((each) => /^:[A-Za-z_]\w*$/.test(each));
  if (segment === undefined) return undefined;
  return `"${segment}" in the path ${path} is sent unchanged; if it is a variable, write "{${segment.slice(1)}}" and declare a path parameter`;
}
