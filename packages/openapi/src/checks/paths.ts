import { type CheckContext, type CheckedOperation, type CheckedPath, type CheckFinding } from './check.js';

const VARIABLE = /\{[^{}]+\}/g;

/** Templates that differ only in the names of their variables are identical and MUST NOT both exist (OAS 3.1.1, section 4.8.8.1). */
export function samePath({ operations }: CheckContext): CheckFinding[] {
  const first = new Map<string, CheckedOperation>();
  return operations.flatMap((operation) => {
    const { method, path } = operation;
    const key = `${method} ${path.replace(VARIABLE, '{}')}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, operation);
    if (other === undefined || other.path === path) return [];
    const message = `${method} ${path} and ${method} ${other.path} are the same to the server, but models see two operations; keep only one`;
    return [{ message, pointer: operation.operation.pointer }];
  });
}

/** An operation is compared with this many earlier ones of the same method and length: a comparison with all would take quadratic time. */
const MAX_COMPARED = 100;

/**
 * `/{kind}/mine` and `/users/{id}` both match `/users/mine`, and neither is more concrete (OAS 3.1.1, section 4.8.8.2: "ambiguous"). Many APIs
 * have such paths without actual conflicts, so only the first is reported.
 */
export function ambiguousPaths({ operations }: CheckContext): CheckFinding[] {
  const groups = new Map<string, { path: string; segments: Segments }[]>();
  for (const { method, path, operation } of operations) {
    const segments = segmentsOf(path);
    const key = `${method} ${segments.length}`;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    const other = group.find((earlier) => isAmbiguous(earlier.segments, segments));
    if (group.length < MAX_COMPARED) group.push({ path, segments });
    if (other === undefined) continue;
    const message = `${method} ${path} and ${method} ${other.path} can match the same URL, and the server decides which one it uses; if that can happen, change one of the paths`;
    return [{ message, pointer: operation.pointer }];
  }
  return [];
}

/** The text of each segment, `undefined` for a variable. */
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
