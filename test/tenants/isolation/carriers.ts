/** The parts of an OpenAPI document that are examined. */
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

interface Operation {
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
}

/** Matches the names of ids, end users and tokens outside of paths. */
const CARRIES = /(^|_)ids?$|^(user|actor|cursor|confirmation|browser_token)$/;

/** @returns every query parameter and body field with an id: `GET /v1/keys query cursor`, `POST /v1/keys body gpt_ids` … */
export function carriers(document: Document): string[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { parameters = [], requestBody }]) => {
      const inQuery = parameters.filter((parameter) => parameter.in !== 'path');
      const bodies = Object.values(requestBody?.content ?? {});
      const fields = new Set(bodies.flatMap(({ schema }) => fieldsOf(document, schema)));
      const places = [...inQuery.map(({ name }) => ['query', name]), ...[...fields].map((name) => ['body', name])];
      const carrying = places.filter(([, name = '']) => CARRIES.test(name));
      return carrying.map((place) => [method.toUpperCase(), path, ...place].join(' '));
    }),
  );
}

/** Returns the names of all fields, at any depth. */
function fieldsOf(document: Document, schema: Schema, seen: string[] = []): string[] {
  const { $ref, properties = {}, items, allOf = [], anyOf = [], oneOf = [] } = schema;
  if ($ref !== undefined) {
    const referred = document.components.schemas[$ref.split('/').at(-1) ?? ''];
    return referred && !seen.includes($ref) ? fieldsOf(document, referred, [...seen, $ref]) : [];
  }
  const inner = [...Object.values(properties), ...(items ? [items] : []), ...allOf, ...anyOf, ...oneOf];
  return [...Object.keys(properties), ...inner.flatMap((each) => fieldsOf(document, each, seen))];
}
