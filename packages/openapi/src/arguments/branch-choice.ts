import { type JsonObject, type JsonValue, isObject, listMember, member, objectMember } from '../document/json.js';
import { definitionOf, typesOf, valuesOf } from '../schema/argument-schemas.js';

/** The branches of a union that a value may match. */
export interface BranchChoice {
  /** for each branch, whether it has to be tried */
  readonly branches: readonly boolean[];
  /** the number of branches to be tried */
  readonly count: number;
  /** the property that selects a branch */
  readonly property: string;
  /** the values that select one */
  readonly values: readonly JsonValue[];
}

/** Branches that are references to references, or nullable; real ones are within two levels. */
const MAX_LEVELS = 5;

interface Branch {
  /** the values of the property; `undefined` if the branch is not an object, or is selected by any other value */
  readonly values: readonly JsonValue[] | undefined;
  readonly isObject: boolean;
  readonly isRequired: boolean;
}

/**
 * Compiles a function that chooses the branches of an `anyOf` or `oneOf` by a property, if each branch that is an object has other values of
 * it. The others need not be tried: they would only add errors about alternatives that the caller did not mean.
 *
 * @param root the schema that contains the definitions
 * @returns `undefined` if the branches have no such property
 */
export function compileBranchChoice(
  root: JsonObject,
  branches: readonly JsonValue[],
): ((value: unknown) => BranchChoice) | undefined {
  const selection = selectionOf(root, branches);
  return selection && choiceBy(selection.property, selection.branches);
}

/** Returns whether each object among the branches requires another value of the same property. */
export function areDistinct(root: JsonObject, branches: readonly JsonValue[]): boolean {
  return (
    selectionOf(root, branches)?.branches.every(
      (branch) => !branch.isObject || (branch.isRequired && branch.values),
    ) === true
  );
}

function selectionOf(
  root: JsonObject,
  branches: readonly JsonValue[],
): { property: string; branches: Branch[] } | undefined {
  const parts = branches.map((branch) => objectPart(root, branch, 0));
  const [first] = parts.filter((part) => part !== 'other');
  if (first === undefined || parts.some((part) => part === undefined)) return undefined;
  for (const property of Object.keys(objectMember(first as JsonObject, 'properties') ?? {})) {
    const read = parts.map((part) => readBranch(part as JsonObject | 'other', property));
    if (isSelecting(read)) return { property, branches: read as Branch[] };
  }
  return undefined;
}

/** Returns the schema of a branch that is an object, `'other'` for one that cannot be an object, `undefined` if it is unclear. */
function objectPart(root: JsonObject, branch: JsonValue, level: number): JsonObject | 'other' | undefined {
  if (!isObject(branch) || level > MAX_LEVELS) return undefined;
  const types = typesOf(branch);
  if (types.length > 0 && !types.includes('object')) return 'other';
  if ('properties' in branch) return branch;
  const definition = definitionOf(root, branch);
  if (definition !== undefined) return objectPart(root, definition, level + 1);
  // A nullable branch.
  const objects = listMember(branch, 'anyOf')?.filter((each) => member(each, 'type') !== 'null') ?? [];
  return objects.length === 1 ? objectPart(root, objects[0] ?? null, level + 1) : undefined;
}

function readBranch(part: JsonObject | 'other', property: string): Branch | undefined {
  if (part === 'other') return { values: undefined, isObject: false, isRequired: false };
  const schema = objectMember(objectMember(part, 'properties'), property);
  if (schema === undefined) return undefined;
  const isRequired = listMember(part, 'required')?.includes(property) === true;
  const values = valuesOf(schema);
  if (values === undefined && listMember(objectMember(schema, 'not'), 'enum') === undefined) return undefined;
  return values?.some((value) => typeof value === 'object') ? undefined : { values, isObject: true, isRequired };
}

/** Returns whether the values differ; only the branch of all other values may list none. */
function isSelecting(branches: readonly (Branch | undefined)[]): boolean {
  const values = branches.flatMap((branch) => branch?.values ?? []).map(String);
  const others = branches.filter((branch) => branch?.isObject === true && branch.values === undefined);
  return (
    values.length > 0 && !branches.includes(undefined) && new Set(values).size === values.length && others.length < 2
  );
}

function choiceBy(property: string, branches: readonly Branch[]): (value: unknown) => BranchChoice {
  const values = branches.flatMap((branch) => branch.values ?? []);
  const choose = (isTried: (branch: Branch) => boolean): BranchChoice => {
    const tried = branches.map((branch) => branch.isObject && isTried(branch));
    return { branches: tried, count: tried.filter(Boolean).length, property, values };
  };
  // A value of another type may be converted, so its text decides.
  const byText = new Map(
    values.map((value) => [String(value), choose((branch) => branch.values?.includes(value) === true)]),
  );
  const whenMissing = choose((branch) => !branch.isRequired);
  const whenUnknown = choose((branch) => branch.values === undefined);
  const whenOther = { branches: branches.map(() => true), count: branches.length, property, values };
  return (value) => {
    if (!isObject(value)) return whenOther;
    if (!Object.hasOwn(value, property)) return whenMissing;
    const own = value[property] ?? null;
    return (typeof own === 'object' ? undefined : byText.get(String(own))) ?? whenUnknown;
  };
}
