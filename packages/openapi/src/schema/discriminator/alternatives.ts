import { ObjectCache } from '../../document/cache.js';
import { type JsonObject, type JsonValue, type Located, isObject, listMember } from '../../document/json.js';
import { followReference } from '../../document/references.js';
import { childSchemas, type ChildSchema } from './child-schemas.js';
import {
  type Candidate,
  type Tag,
  defaultSchema,
  discriminatorProperty,
  listedValues,
  discriminatorMapping,
  tagCandidates,
} from './tags.js';

/** An alternative among which a discriminator selects. */
export interface Alternative {
  /** the target of its reference; `undefined` if it is not a reference */
  readonly target: Located | undefined;
  /** `undefined` if the discriminator does not select it: null, and children that its values do not tell apart */
  readonly tag: Tag | undefined;
}

/** Children of a schema beyond which it is not replaced by them. */
const MAX_CHILDREN = 100;

/** Returns the keyword whose alternatives the discriminator of a schema selects. */
export function governedKeyword(schema: JsonValue): 'anyOf' | 'oneOf' | undefined {
  if (!isObject(schema) || !('discriminator' in schema) || discriminatorProperty(schema) === undefined)
    return undefined;
  return (['oneOf', 'anyOf'] as const).find((keyword) => listMember(schema, keyword) !== undefined);
}

const unions = new ObjectCache<readonly Alternative[]>();

/**
 * Returns the alternatives under the {@link governedKeyword} of a schema, in their order, and after them that of `defaultMapping` unless it
 * is one of them.
 *
 * @returns `undefined` if the values of the property do not tell the alternatives apart
 */
export function unionAlternatives(root: JsonObject, schema: JsonObject): readonly Alternative[] | undefined {
  const keyword = governedKeyword(schema);
  if (keyword === undefined) return undefined;
  return unions.get(root, schema, () => {
    const candidates = (listMember(schema, keyword) ?? []).map((value): Candidate => {
      const target = followReference(root, value, '');
      return target === undefined || 'code' in target ? { value, pointer: undefined } : target;
    });
    return tagged(root, schema, candidates);
  });
}

const families = new ObjectCache<readonly Alternative[]>();

/**
 * Returns the alternatives of a schema with a discriminator to which its children refer by `allOf`: the children, down to those with a
 * discriminator of their own, and the schemas that `mapping` names. If the values of the property do not tell them apart, the schema itself
 * is another alternative.
 *
 * @returns `undefined` if there are no children, or too many
 */
export function childAlternatives(root: JsonObject, { value, pointer }: Located): readonly Alternative[] | undefined {
  if (!isObject(value) || discriminatorProperty(value) === undefined || governedKeyword(value) !== undefined)
    return undefined;
  return families.get(root, value, () => {
    const mapping = discriminatorMapping(root, value);
    const isConcrete = (child: ChildSchema) =>
      mapping.size === 0 ||
      mapping.has(child.pointer) ||
      (child.isExtension && childSchemas(root, child.value).length === 0);
    const children = descendants(root, value, (child) => discriminatorProperty(child) === undefined).filter(isConcrete);
    const candidates = new Map<string, Located>(
      [...children, ...[...mapping.values()].map(({ schema }) => schema)].map((each) => [each.pointer, each]),
    );
    const others = [...candidates.keys()].filter((each) => each !== pointer);
    if (others.length === 0 || others.length > MAX_CHILDREN) return undefined;
    const itself = { value, pointer };
    return (
      tagged(root, value, [...candidates.values()]) ??
      [...candidates.set(pointer, itself).values()].map((target) => ({ target, tag: undefined }))
    );
  });
}

/** Returns whether a schema of the components extends another one, directly or through others. */
export function isDescendant(root: JsonObject, pointer: string, ancestor: JsonObject): boolean {
  return descendants(root, ancestor, () => true).some((child) => child.pointer === pointer);
}

/** Lists the schemas that extend another one. @param continues tells whether those that extend a schema count as well */
function descendants(
  root: JsonObject,
  ancestor: JsonObject,
  continues: (schema: JsonObject) => boolean,
): ChildSchema[] {
  const mapping = discriminatorMapping(root, ancestor);
  // A schema that adds nothing may be another name for the ancestor, or the ancestor or null.
  const isChild = ({ value, pointer, isExtension }: ChildSchema) =>
    isExtension || (value['nullable'] !== true && (mapping.size === 0 || mapping.has(pointer)));
  const found = new Map<JsonObject, ChildSchema>();
  const queue = [ancestor];
  for (const parent of queue) {
    for (const child of childSchemas(root, parent)) {
      if (!isChild(child) || child.value === ancestor || found.has(child.value)) continue;
      found.set(child.value, child);
      if (continues(child.value)) queue.push(child.value);
    }
  }
  return [...found.values()];
}

function tagged(
  root: JsonObject,
  schema: JsonObject,
  candidates: readonly Candidate[],
): readonly Alternative[] | undefined {
  const tags = tagCandidates(root, schema, candidates, (candidate) =>
    ownValues(root, candidate, discriminatorProperty(schema) ?? ''),
  );
  if (tags === undefined) return undefined;
  const alternatives = candidates.map(({ value, pointer }, index): Alternative => {
    return { target: pointer === undefined ? undefined : { value, pointer }, tag: tags[index] };
  });
  const other = defaultSchema(root, schema);
  if (other === undefined || tags.some((tag) => tag?.isDefault)) return alternatives;
  const values = tags.flatMap((tag) => tag?.values ?? []);
  return [
    ...alternatives,
    {
      target: other,
      tag: { property: discriminatorProperty(schema) ?? '', values, isDefault: true, isRequired: false },
    },
  ];
}

/** Returns the values that an alternative allows for a property: those that it lists, or those of its own discriminator. */
function ownValues(
  root: JsonObject,
  { value, pointer = '' }: Candidate,
  property: string,
): readonly JsonValue[] | undefined {
  const listed = listedValues(root, { value, pointer }, property);
  if (!isObject(value) || discriminatorProperty(value) !== property) return listed;
  const nested = unionAlternatives(root, value) ?? childAlternatives(root, { value, pointer });
  if (nested === undefined || nested.some(({ tag }) => tag?.isDefault)) return listed;
  const values = nested.flatMap(({ tag }) => tag?.values ?? []);
  return values.length > 0 ? values : listed;
}
