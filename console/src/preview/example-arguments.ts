type Schema = Record<string, unknown>;

/** A schema may contain itself. */
const MAX_DEPTH = 6;

/**
 * Returns example arguments for a call: every required argument, with an example, a default or an empty value of its type. In a strict
 * definition, which requires all arguments, the nullable ones are `null`.
 *
 * @param parameters a tool's JSON Schema
 */
export function exampleArguments(parameters: unknown): Record<string, unknown> {
  const value = valueOf(parameters, isSchema(parameters) ? parameters : {}, 0);
  return isSchema(value) ? value : {};
}

function valueOf(given: unknown, root: Schema, depth: number): unknown {
  const schema = isSchema(given) ? resolved(given, root) : {};
  for (const known of ['const', 'default', 'example']) if (known in schema) return schema[known];
  const [example] = listOf(schema['examples']);
  if (example !== undefined) return example;
  const values = listOf(schema['enum']);
  if (values.length > 0) return values.includes(null) ? null : values[0];
  const types = listOf(schema['type'] ?? []);
  if (types.includes('null')) return null;
  const choices = [schema['anyOf'], schema['oneOf'], schema['allOf']].flatMap((each) => listOf(each));
  if (types.length === 0 && choices.length > 0 && !isSchema(schema['properties'])) {
    const isNullable = choices.some((each) => isSchema(each) && each['type'] === 'null');
    return isNullable ? null : valueOf(choices[0], root, depth + 1);
  }
  return emptyOf(types[0], schema, root, depth);
}

function emptyOf(type: unknown, schema: Schema, root: Schema, depth: number): unknown {
  switch (type) {
    case 'string':
      return '';
    case 'integer':
    case 'number':
      return typeof schema['minimum'] === 'number' ? schema['minimum'] : 0;
    case 'boolean':
      return false;
    case 'array':
      return [];
    default:
      return objectOf(schema, root, depth);
  }
}

function objectOf(schema: Schema, root: Schema, depth: number): Schema {
  const properties = isSchema(schema['properties']) ? schema['properties'] : {};
  const required = depth < MAX_DEPTH ? listOf(schema['required']).filter((name) => typeof name === 'string') : [];
  return Object.fromEntries(required.map((name) => [name, valueOf(properties[name], root, depth + 1)]));
}

const MAX_HOPS = 8;

/** Follows references within the definition. */
function resolved(schema: Schema, root: Schema): Schema {
  let found = schema;
  for (let hops = 0; hops < MAX_HOPS && typeof found['$ref'] === 'string'; hops++) {
    const path = found['$ref'].replace(/^#\/?/, '').split('/').filter(Boolean);
    const names = path.map((name) => decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~'));
    const target = names.reduce<unknown>((at, name) => (isSchema(at) ? at[name] : undefined), root);
    if (!isSchema(target)) return {};
    found = target;
  }
  return found;
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
