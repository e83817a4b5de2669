import { type JsonObject, type JsonValue, isObject } from '../document/json.js';
import { type SchemaKeyword, schemaKeyword, schemasUnder } from '../document/schema-keywords.js';
import {
  type Expansion,
  type SchemaContext,
  type SchemaUse,
  childUses,
  contextWithin,
  governedAlternatives,
  referredUse,
  wholeUse,
} from './uses.js';

/** Lists the schemas that a schema refers to under the keywords that `select` accepts. References that cannot be resolved are left out. */
export function targetsOf(
  root: JsonObject,
  use: SchemaUse,
  select: (keyword: SchemaKeyword) => boolean,
  expansion: Expansion,
): SchemaUse[] {
  const collect = (schema: JsonValue, context: SchemaContext): SchemaUse[] => {
    if (!isObject(schema)) return [];
    const own = referredUse(root, schema, context, expansion);
    const governed = governedAlternatives(root, schema, context);
    const nested = Object.entries(schema).flatMap(([name, value]) => {
      const keyword = schemaKeyword(name);
      if (keyword === undefined || !select(keyword)) return [];
      const within = contextWithin(schema, name, context);
      if (name !== governed?.keyword) return schemasUnder(keyword, value).flatMap((each) => collect(each, within));
      const list = schemasUnder(keyword, value);
      return governed.alternatives.flatMap(({ target, tag }, index) =>
        index < list.length ? collect(list[index] ?? null, { ...within, tag }) : [{ ...wholeUse(target ?? use), tag }],
      );
    });
    return own === undefined || 'code' in own ? nested : [own, ...nested];
  };
  const context: SchemaContext = { owner: use, asParent: use.asParent, tag: use.tag };
  return childUses(root, use, context, expansion) ?? collect(use.value, context);
}
