import { type Draft } from '../document/draft.js';
import { type JsonObject } from '../document/json.js';

/** Converts what Swagger 2.0 writes in a schema in another way (OAS 2.0, "Schema Object"). */
export function convertSchema(schema: JsonObject, pointer: () => string, draft: Draft): void {
  if (typeof schema['discriminator'] === 'string')
    draft.set(pointer(), 'discriminator', { propertyName: schema['discriminator'] });
  if (schema['x-nullable'] === true) draft.set(pointer(), 'nullable', true);
  if (schema['type'] !== 'file') return;
  draft.set(pointer(), 'type', 'string');
  draft.set(pointer(), 'format', 'binary');
}
