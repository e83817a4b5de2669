/** Documents that are small and expensive to read, check, compile or write out. */

const OK = { 200: { description: 'ok' } };

function documentOf(url: string, paths: object, components: object = {}): object {
  return { openapi: '3.1.0', info: { title: 'Hostile', version: '1' }, servers: [{ url }], paths, components };
}

const operation = (operationId: string, more: object = {}) => ({
  operationId,
  'x-openai-isConsequential': false,
  responses: OK,
  ...more,
});

const jsonBody = (schema: object) => ({ requestBody: { content: { 'application/json': { schema } } } });

/** Schemas that all refer to each other, in the body of every operation. */
export function mutualSchemas(url: string, schemas = 60, operations = 1500): object {
  const reference = (index: number) => ({ $ref: `#/components/schemas/S${index}` });
  const properties = Object.fromEntries(Array.from({ length: schemas }, (_, index) => [`p${index}`, reference(index)]));
  const all = Array.from({ length: schemas }, (_, index) => [`S${index}`, { type: 'object', properties }]);
  const paths = Array.from({ length: operations }, (_, index) => [
    `/o${index}`,
    { post: operation(`o${index}`, jsonBody(reference(index % schemas))) },
  ]);
  return documentOf(url, Object.fromEntries(paths), { schemas: Object.fromEntries(all) });
}

/** Many parameters of a path, which every one of its operations inherits. */
export function manyParameters(url: string, count = 8000): object {
  const parameters = Array.from({ length: count }, (_, index) => ({
    name: `p${index}`,
    in: 'query',
    schema: { type: 'string' },
  }));
  return documentOf(url, { '/a': { parameters, get: operation('a'), post: operation('b') } });
}

export function malformedParameters(url: string, count = 20_000): object {
  const parameters = Array.from({ length: count }, (_, index) => ({ name: index, in: 'nowhere' }));
  return documentOf(url, { '/a': { get: operation('a', { parameters }) } });
}

/** Schemas of which each refers to the next. */
export function chainedSchemas(url: string, length = 500): object {
  const schemas = Array.from({ length }, (_, index) => [
    `S${index}`,
    index === length - 1
      ? { type: 'string' }
      : { type: 'object', properties: { next: { $ref: `#/components/schemas/S${index + 1}` } } },
  ]);
  const body = jsonBody({ $ref: '#/components/schemas/S0' });
  return documentOf(url, { '/a': { post: operation('a', body) } }, { schemas: Object.fromEntries(schemas) });
}

/** An operation whose pattern takes exponential time with backtracking. */
export function slowPattern(url: string, pattern = '^(a+)+$'): object {
  const parameters = [{ name: 'text', in: 'query', schema: { type: 'string', pattern } }];
  return documentOf(url, { '/a': { get: operation('a', { parameters }) } });
}

/** An operation whose body must have unique items. */
export function uniqueItems(url: string): object {
  const schema = { type: 'array', uniqueItems: true, items: { type: 'object' } };
  return documentOf(url, { '/a': { post: operation('a', jsonBody(schema)) } });
}

/** An operation without arguments. */
export function plain(url: string): object {
  return documentOf(url, { '/': { get: operation('a') } });
}

/** An operation whose body may be anything. */
export function anyBody(url: string): object {
  return documentOf(url, { '/a': { post: operation('a', jsonBody({})) } });
}

/** An operation whose body has a schema of forty levels, each of which is one of two copies of the next. */
export function doublingAlternatives(url: string, levels = 40): object {
  const refer = (level: number) => ({ $ref: `#/components/schemas/S${level}` });
  const schemas: Record<string, object> = { [`S${levels}`]: { type: 'object', required: ['z'] } };
  for (let level = 0; level < levels; level++)
    schemas[`S${level}`] = { anyOf: [refer(level + 1), { ...refer(level + 1), title: 'again' }] };
  return documentOf(url, { '/a': { post: operation('a', jsonBody(refer(0))) } }, { schemas });
}

/** A short text whose aliases expand to millions of values. */
export function yamlAliases(levels = 12): string {
  const lists = Array.from({ length: levels }, (_, level) => {
    const items = Array.from({ length: 5 }, () => (level === 0 ? 'a' : `*l${level - 1}`));
    return `x-${level}: &l${level} [${items.join(', ')}]`;
  });
  return `openapi: 3.1.0\n${lists.join('\n')}\n`;
}

/** Operations with long descriptions. */
export function longDescriptions(url: string, bytes: number): object {
  const description = 'A description. '.repeat(130);
  const count = Math.ceil(bytes / (description.length + 100));
  const paths = Array.from({ length: count }, (_, index) => [
    `/${index}`,
    { get: operation(index === 0 ? 'a' : `a${index}`, { description }) },
  ]);
  return documentOf(url, Object.fromEntries(paths));
}
