import { member, objectMember, stringMember } from '../document/json.js';
import { type CheckContext, type Complaint, type DeclaredParameter, placeOfParameter } from './check.js';

/** What ChatGPT allows; longer ones are common and work, but may be cut elsewhere. */
const LONGEST_DESCRIPTION = 700;

/** OAS 3.1.1, section 4.8.12.1: of a path parameter, `required` MUST be true. */
export function optionalPathParameter({ object, location, name }: DeclaredParameter): string | undefined {
  if (location !== 'path' || member(object, 'required') === true) return undefined;
  return `the path parameter "${name}" is not "required": true; it is required all the same, since there is no path without it`;
}

export function longParameterDescription({ object, name }: DeclaredParameter): string | undefined {
  const length = stringMember(object, 'description')?.length ?? 0;
  if (length <= LONGEST_DESCRIPTION) return undefined;
  return `the description of the parameter "${name}" has ${length} characters; ChatGPT takes ${LONGEST_DESCRIPTION}`;
}

/** An API key's place is the credential's: whatever an argument puts there is replaced. */
export function credentialParameter(
  { name, location }: DeclaredParameter,
  { apiKeys }: CheckContext,
): string | undefined {
  const scheme = apiKeys.get(placeOfParameter(location, name));
  if (scheme === undefined) return undefined;
  return `the ${location} parameter "${name}" is what the security scheme "${scheme}" sends: models are asked for it although the credential takes its place; delete the parameter`;
}

const CREDENTIAL_NAME =
  /^(?:(?:x[-_])?(?:api[-_]?key|auth[-_]?token|access[-_]?token)|(?:proxy-)?authorization|client[-_]?secret|bearer[-_]?token)$/i;

export function credentialLikeParameter(
  { name, location }: DeclaredParameter,
  context: CheckContext,
): string | undefined {
  if (location === 'path' || !CREDENTIAL_NAME.test(name)) return undefined;
  if (context.apiKeys.has(placeOfParameter(location, name))) return undefined;
  // Beside security schemes, the standard has this one ignored, and so it is.
  const schemes = objectMember(objectMember(context.document.json, 'components'), 'securitySchemes') ?? {};
  const isAuthorization = location === 'header' && /^authorization$/i.test(name);
  if (isAuthorization && Object.keys(schemes).length > 0) return undefined;
  return isAuthorization
    ? 'the header "Authorization" is not for arguments and is ignored; describe how calls are authorized as a security scheme'
    : `the ${location} parameter "${name}" seems to be a credential, which models are now asked for; describe it as a security scheme of type apiKey instead`;
}

/** A list MUST NOT include the same name and location twice (OAS 3.1.1, sections 4.8.9.1 and 4.8.10.1). */
export function duplicateParameters({ parameterLists }: CheckContext): Complaint[] {
  return parameterLists.flatMap((parameters) => {
    const seen = new Set<string>();
    return parameters.flatMap(({ name, location, place }) => {
      const key = placeOfParameter(location, name);
      const isFirst = !seen.has(key);
      seen.add(key);
      const message = `the ${location} parameter "${name}" stands in this list already, and only the last one counts; keep one`;
      return isFirst ? [] : [{ message, pointer: place }];
    });
  });
}
