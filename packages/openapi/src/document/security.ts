import { type JsonObject, type Located, isObject, listMember, objectMember, pointerTo, stringMember } from './json.js';
import { resolve } from './references.js';

/** A Security Scheme Object of a document, after any reference (OAS 3.1.1, section 4.8.27). */
export interface SecurityScheme {
  readonly name: string;
  readonly type: string | undefined;
  readonly object: JsonObject;
  readonly pointer: string;
}

/** A Security Requirement Object: the schemes that a request needs together (OAS 3.1.1, section 4.8.30). */
export interface SecurityRequirement {
  readonly schemes: readonly { readonly name: string; readonly scopes: readonly string[] }[];
  readonly pointer: string;
}

/** A requirement that some operations share: any one of the alternatives. */
export interface SecurityDemand {
  readonly alternatives: readonly SecurityRequirement[];
  /** how many operations share this demand */
  readonly operations: number;
}

/** The security schemes of a document and the requirements of its operations. */
export interface DocumentSecurity {
  readonly schemes: ReadonlyMap<string, SecurityScheme>;
  /** the requirements of the document, which hold for operations that have none of their own */
  readonly requirements: readonly SecurityRequirement[];
  /** the shared demand of the operations without requirements of their own, then the demand of each other operation */
  readonly demands: readonly SecurityDemand[];
}

/** Reads the security schemes of a document and the requirements of the given operations. */
export function readSecurity(root: JsonObject, operations: readonly Located<JsonObject>[]): DocumentSecurity {
  const requirements = readRequirements(root, '') ?? [];
  const own = operations.flatMap(({ value, pointer }): SecurityDemand[] => {
    const alternatives = readRequirements(value, pointer);
    return alternatives === undefined ? [] : [{ alternatives, operations: 1 }];
  });
  const shared = { alternatives: requirements, operations: operations.length - own.length };
  return { schemes: readSchemes(root), requirements, demands: [shared, ...own] };
}

/**
 * Returns whether an operation needs a credential: unless `security` is `[]` or allows `{}` alone (OAS 3.1.1, section 4.8.30). The
 * operation's own `security` replaces the document's. Malformed requirements count as a need.
 */
export function requiresAuth(root: JsonObject, operation: JsonObject): boolean {
  const owner = listMember(operation, 'security') === undefined ? root : operation;
  const alternatives = readRequirements(owner, '');
  if (alternatives === undefined || alternatives.length < (listMember(owner, 'security')?.length ?? 0)) return true;
  return alternatives.some(({ schemes }) => schemes.length > 0);
}

function readSchemes(root: JsonObject): Map<string, SecurityScheme> {
  const schemes = new Map<string, SecurityScheme>();
  for (const [name, value] of Object.entries(objectMember(objectMember(root, 'components'), 'securitySchemes') ?? {})) {
    const pointer = pointerTo('/components/securitySchemes', name);
    const found = resolve(root, { value, pointer });
    if ('code' in found || !isObject(found.value)) continue;
    schemes.set(name, { name, type: stringMember(found.value, 'type'), object: found.value, pointer });
  }
  return schemes;
}

function readRequirements(owner: JsonObject, pointer: string): SecurityRequirement[] | undefined {
  return listMember(owner, 'security')?.flatMap((requirement, index) => {
    if (!isObject(requirement)) return [];
    const schemes = Object.entries(requirement).map(([name, scopes]) => ({
      name,
      scopes: Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string') : [],
    }));
    return [{ schemes, pointer: pointerTo(pointer, 'security', index) }];
  });
}
