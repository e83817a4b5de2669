import { type JsonObject, type Located, isObject, valueAt } from '../document/json.js';
import { type BrokenReference, followReference } from '../document/references.js';
import { schemaKeyword } from '../document/schema-keywords.js';
import { extendsByReference, isExtension } from './discriminator/child-schemas.js';
import {
  type Alternative,
  childAlternatives,
  governedKeyword,
  isDescendant,
  unionAlternatives,
} from './discriminator/alternatives.js';
import { type Tag, discriminatorProperty } from './discriminator/tags.js';

/** A schema of the document, and how it is read where it is referred to. */
export interface SchemaUse extends Located {
  /** as the parent of the schema that refers to it, without the alternatives among which its discriminator selects */
  readonly asParent: boolean;
  /** as an alternative among which a discriminator selects */
  readonly tag: Tag | undefined;
}

/** The place of a schema within the definition that is being read. */
export interface SchemaContext {
  /** the definition that the schema is part of, as long as both apply to the same value */
  readonly owner: SchemaUse | undefined;
  /** the schema whose `allOf` contains this one */
  readonly composer?: JsonObject | undefined;
  readonly asParent?: boolean;
  readonly tag?: Tag | undefined;
}

/** Whether schemas are replaced by their children. */
export type Expansion = 'children' | 'none';

export function wholeUse({ value, pointer }: Located): SchemaUse {
  return { value, pointer, asParent: false, tag: undefined };
}

/** Returns a text that is the same for uses with the same references. */
export function useKey({ pointer, asParent }: SchemaUse): string {
  return asParent ? `${PARENT}${pointer}` : pointer;
}

/** Returns a text that is the same for uses that are read as the same schema. */
export function definitionKey(use: SchemaUse): string {
  return use.tag === undefined ? useKey(use) : `${useKey(use)} ${JSON.stringify(use.tag)}`;
}

const PARENT = 'parent:';

/** Returns the pointer of the schema of the use that a {@link useKey} stands for. */
export function pointerOfUse(key: string): string {
  return isParentKey(key) ? key.slice(PARENT.length) : key;
}

/** Returns the use that a {@link useKey} stands for. */
export function useOf(root: JsonObject, key: string): SchemaUse {
  const pointer = pointerOfUse(key);
  return { value: valueAt(root, pointer) ?? {}, pointer, asParent: isParentKey(key), tag: undefined };
}

function isParentKey(key: string): boolean {
  return key.startsWith(PARENT);
}

/** Returns the use of the target of a schema's reference; `undefined` if the schema has none. */
export function referredUse(
  root: JsonObject,
  schema: JsonObject,
  { owner, composer, tag }: SchemaContext,
  expansion: Expansion,
): SchemaUse | BrokenReference | undefined {
  const target = followReference(root, schema, '');
  if (target === undefined || 'code' in target) return target;
  const { value, pointer } = target;
  const isExtended = extendsByReference(root, schema);
  const extending = composer ?? (isExtended ? schema : undefined);
  const isParent =
    extending !== undefined &&
    isObject(value) &&
    hasAlternatives(root, target, expansion) &&
    (isExtension(extending) || (owner !== undefined && isDescendant(root, owner.pointer, value)));
  // The tag of an extending schema is among its own keywords.
  return { value, pointer, asParent: isParent, tag: isExtended ? undefined : tag };
}

function hasAlternatives(root: JsonObject, place: Located, expansion: Expansion): boolean {
  if (discriminatorProperty(place.value) === undefined) return false;
  return (
    governedKeyword(place.value) !== undefined ||
    (expansion === 'children' && childAlternatives(root, place) !== undefined)
  );
}

/** Returns the uses of the children that replace a schema; `undefined` if none do. */
export function childUses(
  root: JsonObject,
  place: Located,
  { asParent }: SchemaContext,
  expansion: Expansion,
): SchemaUse[] | undefined {
  if (asParent || expansion === 'none') return undefined;
  return childAlternatives(root, place)?.map(({ target = place, tag }) => {
    return { ...target, asParent: target.pointer === place.pointer, tag };
  });
}

/** The alternatives of a schema under its governed keyword. */
export interface GovernedAlternatives {
  readonly keyword: string;
  /** empty if the schema is read without them */
  readonly alternatives: readonly Alternative[];
}

/** Returns the alternatives among which the discriminator of a schema selects. */
export function governedAlternatives(
  root: JsonObject,
  schema: JsonObject,
  { asParent }: SchemaContext,
): GovernedAlternatives | undefined {
  const keyword = governedKeyword(schema);
  if (keyword === undefined) return undefined;
  const alternatives = asParent ? [] : unionAlternatives(root, schema);
  return alternatives && { keyword, alternatives };
}

/** Returns the context of a schema under a keyword. */
export function contextWithin(schema: JsonObject, keyword: string, { owner }: SchemaContext): SchemaContext {
  const inPlace = schemaKeyword(keyword)?.inPlace === true;
  return { owner: inPlace ? owner : undefined, composer: keyword === 'allOf' ? schema : undefined };
}
