import { member, objectMember, stringMember } from '../document/json.js';
import { type CheckContext, type CheckFinding, type DeclaredParameter, parameterPlace } from './check.js';

/** ChatGPT's limit. Longer descriptions are common and work, but other platforms may truncate them. */
const MAX_DESCRIPTION_LENGTH = 700;

/** `required` of a path parameter MUST be true (OAS 3.1.1, section 4.8.12.1). */
export function optionalPathParameter({ object, location, name }: DeclaredParameter): string | undefined {
  if (location !== 'path' || member(object, 'required') === true) return undefined;
  return `the path parameter "${name}" must have "required": true; it is treated as required`;
}

export function longParameterDescription({ object, name }: DeclaredParameter): string | undefined {
  const length = stringMember(object, 'description')?.length ?? 0;
  if (length <= MAX_DESCRIPTION_LENGTH) return undefined;
  return `the description of the parameter "${name}" has ${length} characters; ChatGPT allows ${MAX_DESCRIPTION_LENGTH}, so shorten it`;
}

/** The credential replaces any argument in the place of an API key. */
export function credentialParameter(
  { name, location }: DeclaredParameter,
  { apiKeys }: CheckContext,
): string | undefined {
  const scheme = apiKeys.get(parameterPlace(location, name));
  if (scheme === undefined) return undefined;
  return `the ${location} parameter "${name}" duplicates the security scheme "${scheme}": models are asked for a value that the credential replaces; remove the parameter`;
}

const CREDENTIAL_NAME =
  /^(?:(?:x[-_])?(?:api[-_]?key|auth[-_]?token|access[-_]?token)|(?:proxy-)?authorization|client[-_]?secret|bearer[-_]?token)$/i;

export function credentialLikeParameter(
  { name, location }: DeclaredParameter,
  context: CheckContext,
): string | undefined {
  if (location === 'path' || !CREDENTIAL_NAME.test(name)) return undefined;
  if (context.apiKeys.has(parameterPlace(location, name))) return undefined;
  // The standard says to ignore this parameter if there are security schemes.
  const schemes = objectMember(objectMember(context.document.json, 'components'), 'securitySchemes') ?? {};
  const isAuthorization = location === 'header' && /^authorization$/i.test(name);
  if (isAuthorization && Object.keys(schemes).length > 0) return undefined;
  return isAuthorization
    ? 'the header parameter "Authorization" is ignored; describe authorization as a security scheme instead'
    : `the ${location} parameter "${name}" looks like a credential, and models are asked for it; describe it as a security scheme of type apiKey instead`;
}

/** A list MUST NOT include the same name and location twice (OAS 3.1.1, sections 4.8.9.1 and 4.8.10.1). */
export function duplicateParameters({ parameterLists }: CheckContext): CheckFinding[] {
  return parameterLists.flatMap((parameters) => {
    const seen = new Set<string>();
    return parameters.flatMap(({ name, location, place }) => {
      const key = parameterPlace(location, name);
      const isFirst = !seen.has(key);
      seen.add(key);
      const message = `the ${location} parameter "${name}" is duplicated in this list, and only the last one is used; remove the others`;
      return isFirst ? [] : [{ message, pointer: place }];
    });
  });
}
