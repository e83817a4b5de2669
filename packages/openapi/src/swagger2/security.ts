import { type JsonObject, pointerTo, stringMember } from '../document/json.js';
import { type Conversion } from './conversion.js';
import { type Place } from './responses.js';

/** The names of flows in Swagger 2.0 and in OpenAPI 3. */
const FLOWS: { readonly [flow: string]: string } = {
  accessCode: 'authorizationCode',
  application: 'clientCredentials',
  implicit: 'implicit',
  password: 'password',
};

/** Converts a Security Scheme Object (OAS 2.0). */
export function convertSecurityScheme(
  scheme: JsonObject,
  { place, original, name }: Place,
  _produces: readonly string[],
  { origins }: Conversion,
): JsonObject {
  const type = stringMember(scheme, 'type');
  if (type === 'basic') return { ...scheme, type: 'http', scheme: 'basic' };
  if (type !== 'oauth2') return scheme;
  const { flow, authorizationUrl, tokenUrl, scopes, ...others } = scheme;
  const named = typeof flow === 'string' && Object.hasOwn(FLOWS, flow) ? FLOWS[flow] : undefined;
  // Without a flow, the endpoints tell which one is meant.
  const meant = named ?? (authorizationUrl === undefined ? 'clientCredentials' : 'authorizationCode');
  origins.add(pointerTo(place, name, 'flows', meant), pointerTo(original, name));
  const urls = {
    ...(authorizationUrl !== undefined && { authorizationUrl }),
    ...(tokenUrl !== undefined && { tokenUrl }),
  };
  return { ...others, flows: { [meant]: { ...urls, scopes: scopes ?? {} } } };
}
