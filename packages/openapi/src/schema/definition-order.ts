import { type JsonObject, type JsonValue, isObject, member, objectMember } from '../document/json.js';
import { DEFINITION } from './argument-schemas.js';

interface Visit {
  readonly name: string;
  readonly targets: readonly string[];
  next: number;
}

/**
 * Returns the names of the `$defs` of a schema of arguments in dependency order: each name follows those that it refers to, except within a
 * loop of references. Code that processes definitions in this order needs no recursion, which a long chain would exhaust.
 */
export function definitionOrder(schema: JsonObject): string[] {
  const definitions = objectMember(schema, '$defs') ?? {};
  const visited = new Set<string>();
  const ordered: string[] = [];
  const visit = (name: string): Visit => {
    visited.add(name);
    return { name, targets: definitionReferences(definitions[name] ?? null), next: 0 };
  };
  for (const start of Object.keys(definitions)) {
    const visits = visited.has(start) ? [] : [visit(start)];
    for (let last = visits.at(-1); last !== undefined; last = visits.at(-1)) {
      const target = last.targets[last.next];
      last.next += 1;
      if (target === undefined) ordered.push(visits.pop()?.name ?? '');
      else if (!visited.has(target)) visits.push(visit(target));
    }
  }
  return ordered;
}

/** Lists the names of the definitions that a schema refers to. */
function definitionReferences(schema: JsonValue): string[] {
  const found = new Set<string>();
  const collect = (value: JsonValue): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner !== 'string') collect(inner);
      else if (key === '$ref' && inner.startsWith(DEFINITION)) found.add(inner.slice(DEFINITION.length));
    }
  };
  collect(schema);
  return [...found];
}

/** Removes the `$defs` that a schema of arguments does not need. */
export function withoutUnusedDefinitions({ $defs, ...schema }: JsonObject): JsonObject {
  const used = new Set(definitionReferences(schema));
  // The set may grow while it is iterated.
  for (const name of used) for (const other of definitionReferences(member($defs, name) ?? true)) used.add(other);
  const definitions = Object.entries(isObject($defs) ? $defs : {}).filter(([name]) => used.has(name));
  return definitions.length === 0 ? schema : { ...schema, $defs: Object.fromEntries(definitions) };
}
