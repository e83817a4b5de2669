import { type CheckContext, type CheckedOperation, type CheckedPath, type Complaint } from './check.js';

const VARIABLE = /\{[^{}]+\}/g;

/** Templates that differ in the names of their variables alone are identical and MUST NOT both exist (OAS 3.1.1, section 4.8.8.1). */
export function samePath({ operations }: CheckContext): Complaint[] {
  const first = new Map<string, CheckedOperation>();
  return operations.flatMap((operation) => {
    const { method, path } = operation;
    const key = `${method} ${path.replace(VARIABLE, '{}')}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, operation);
    if (other === undefined || other.path === path) return [];
    const message = `to the server, ${method} ${path} and ${method} ${other.path} are the same; models see two operations and cannot tell which to choose, so keep one`;
    return [{ message, pointer: operation.operation.pointer }];
  });
}

/** An operation is compared with this many earlier ones of its method and length: with all, it would take the square of their number. */
const MOST_COMPARED = 100;

/**
 * `/{kind}/mine` and `/users/{id}` both fit `/users/mine`, and neither is the more concrete (OAS 3.1.1, section 4.8.8.2: "ambiguous"). Many
 * APIs have such paths and arguments that never meet there, so it is said once.
 */
export function ambiguousPaths({ operations }: CheckContext): Complaint[] {
  const groups = new Map<string, { path: string; segments: Segments }[]>();
  for (const { method, path, operation } of operations) {
    const segments = segmentsOf(path);
    const key = `${method} ${segments.length}`;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    const other = group.find((earlier) => isAmbiguous(earlier.segments, segments));
    if (group.length < MOST_COMPARED) group.push({ path, segments });
    if (other === undefined) continue;
    const message = `there are arguments with which ${method} ${path} and ${method} ${other.path} are the same request, and the server decides which it takes; where that can happen, give one a path of its own`;
    return [{ message, pointer: operation.pointer }];
  }
  return [];
}

/** Text as it stands, nothing for a segment that is a variable. */
type Segments = readonly (string | undefined)[];

function segmentsOf(path: string): Segments {
  return path.split('/').map((segment) => (/^\{[^{}]+\}$/.test(segment) ? undefined : segment));
}

function isAmbiguous(one: Segments, other: Segments): boolean {
  let isOneMoreConcrete = false;
  let isOtherMoreConcrete = false;
  for (const [index, segment] of one.entries()) {
    const opposite = other[index];
    if (segment !== undefined && opposite !== undefined && segment !== opposite) return false;
    if (segment !== undefined && opposite === undefined) isOneMoreConcrete = true;
    if (segment === undefined && opposite !== undefined) isOtherMoreConcrete = true;
  }
  return isOneMoreConcrete && isOtherMoreConcrete;
}

/** Each template expression MUST NOT appear more than once (OAS 3.1.1, section 4.8.8.1). */
export function repeatedPathVariable({ path }: CheckedPath): string | undefined {
  const variables: string[] = path.match(VARIABLE) ?? [];
  const repeated = variables.find((variable, index) => variables.indexOf(variable) !== index);
  if (repeated === undefined) return undefined;
  return `"${repeated}" stands in the path ${path} more than once: all its places get the same value; give each a name of its own`;
}

export function unbalancedBraces({ path }: CheckedPath): string | undefined {
  if (!/[{}]/.test(path.replace(VARIABLE, ''))) return undefined;
  return `the path ${path} has a brace that belongs to no variable and is sent as it stands; write variables as "{name}"`;
}

/** Many web frameworks write variables so; OpenAPI does not. */
export function colonVariable({ path }: CheckedPath): string | undefined {
  const segment = path.split('/').find((each) => /^:[A-Za-z_]\w*$/.test(each));
  if (segment === undefined) return undefined;
  return `"${segment}" in the path ${path} is sent as it stands; where it is a variable, write "{${segment.slice(1)}}" and declare a path parameter`;
}
